#pragma once
// Everything that renders a page or a drawing and that no setting changes while the server runs (the share
// page is in site_policy.hpp), made once at the start. Constant from then on: any thread.

#include "button/handlers/pages/button_svg.hpp"
#include "button/handlers/pages/frame_page.hpp"
#include "button/handlers/pages/home_page.hpp"
#include "button/handlers/pages/leave_page.hpp"
#include "button/handlers/pages/url_template.hpp"

#include <optional>
#include <string_view>

namespace buttond {

struct site_pages {
  /// `composer_url`: the dialog's address, or empty for the built-in share page. Throws startup_error for a
  /// value that is wrong.
  explicit site_pages(std::string_view composer_url) {
    if (!composer_url.empty()) composer = parse_composer_url(composer_url);
  }

  frame_page frame;
  button_svg svg;
  home_page home;
  leave_page leave;
  std::optional<url_template> composer;
};

}  // namespace buttond
