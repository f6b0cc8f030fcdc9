#pragma once
// Everything that renders a page or a drawing, made once at the start. Constant from then on: any thread.

#include "button/handlers/pages/button_svg.hpp"
#include "button/handlers/pages/frame_page.hpp"
#include "button/handlers/pages/home_page.hpp"
#include "button/handlers/pages/leave_page.hpp"
#include "button/handlers/pages/server_description.hpp"
#include "button/handlers/pages/share_page.hpp"
#include "button/handlers/pages/url_template.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

struct site_pages {
  /// `composer_url`: the dialog's address, or empty for the built-in share page with the places of
  /// `place_ids` (all of them when empty). Throws startup_error for a value that is wrong.
  site_pages(std::string_view composer_url, const std::vector<std::string>& place_ids)
      : share(place_ids),
        description(composer_url.empty() ? choose_places(place_ids) : std::vector<place>()) {
    if (!composer_url.empty()) composer = parse_composer_url(composer_url);
  }

  frame_page frame;
  button_svg svg;
  home_page home;
  share_page share;
  leave_page leave;
  server_description description;
  std::optional<url_template> composer;
};

}  // namespace buttond
