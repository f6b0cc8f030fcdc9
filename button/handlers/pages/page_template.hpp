#pragma once
// A page of ours, as a Mustache template among the linked assets. Every value is escaped for HTML.
// Rendering changes nothing in it (our templates have no partials and no lambdas), so any thread may.

#include <kainjow/mustache.hpp>

#include <string>
#include <string_view>

namespace buttond {

using page_data = kainjow::mustache::data;

void set(page_data& into, const char* name, std::string_view value);

/// The linked file `name` as a page refers to it: {path, integrity}. Errors: as address_of (assets.hpp).
page_data linked_file(std::string_view name);

class page_template {
 public:
  /// Throws startup_error when there is no such template, or it does not parse.
  explicit page_template(std::string_view name);

  /// Appends the page.
  void render(const page_data& values, std::string& out) const;

 private:
  mutable kainjow::mustache::mustache template_;
};

}  // namespace buttond
