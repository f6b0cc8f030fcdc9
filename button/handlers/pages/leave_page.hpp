#pragma once
// The page between the share page and a place on a server that the reader names: anybody may write a link
// with a server in it, so where it leads is said before it is gone to, and never by a redirect. Constant
// after construction; any thread.

#include "button/handlers/pages/url_template.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace buttond {

class page_template;

class leave_page {
 public:
  /// Throws startup_error for a build without the page.
  leave_page();
  ~leave_page();
  leave_page(const leave_page&) = delete;
  leave_page& operator=(const leave_page&) = delete;

  /// Appends the page: `page` is shared at `address`, which is on page.server, at the place of that name.
  void render(const shared_page& page, std::string_view place, std::string_view address,
              std::string& out) const;

  /// Content-Type, Content-Security-Policy and what else it is sent with.
  std::string_view fields() const noexcept { return fields_; }

 private:
  std::unique_ptr<page_template> template_;
  std::string fields_;
};

}  // namespace buttond
