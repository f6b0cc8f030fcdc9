#pragma once
// A page of ours: a Mustache template among the linked assets, rendered once, when the server starts, but for
// the slots that each answer fills in. So an answer is little more than copied. Constant after construction;
// any thread.

#include <kainjow/mustache.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

using page_data = kainjow::mustache::data;

void set(page_data& into, const char* name, std::string_view value);

/// The linked file `name` as a page refers to it: {path, integrity}. Errors: as address_of (assets.hpp).
page_data linked_file(std::string_view name);

/// What a constant holds where a slot of that name is to stand in the page.
std::string slot_mark(std::string_view name);

class page_template {
 public:
  /// `constants` are what is the same in every answer; `slots` names what render() fills in. Throws
  /// startup_error when there is no such template, or it does not parse.
  page_template(std::string_view name, page_data constants, std::span<const std::string_view> slots);

  /// Appends the page, `values` in the order of the slots. They are escaped for HTML where the template has
  /// {{name}}, and stand as they are where it has {{{name}}}.
  void render(std::span<const std::string_view> values, std::string& out) const;

 private:
  struct piece {
    std::string literal;
    std::size_t slot;  // what follows the literal
    bool escaped;
  };

  std::vector<piece> pieces_;
  std::string tail_;
};

}  // namespace buttond
