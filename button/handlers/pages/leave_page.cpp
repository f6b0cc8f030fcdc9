#include "button/handlers/pages/leave_page.hpp"

#include "assets/languages.hpp"
#include "button/handlers/pages/page_fields.hpp"
#include "button/handlers/pages/share_link.hpp"

#include <fmt/format.h>

#include <array>

namespace buttond {
namespace {

constexpr std::array<std::string_view, 4> slots{"server", "place", "address", "back"};

/// Whether a name in punycode stands for one with other letters.
bool has_other_letters(std::string_view host) noexcept {
  return host.starts_with("xn--") || host.find(".xn--") != host.npos;
}

}  // namespace

leave_page::leave_page() {
  page_data constants;
  constants.set("style", linked_file("site.css"));
  constants.set("own_style", linked_file("share.css"));
  for (const language& each : languages()) {
    const std::string page = fmt::format("{}/leave.html", each.tag);
    constants.set("has_other_letters", false);
    page_template plain(page, constants, slots);
    constants.set("has_other_letters", true);
    editions_.push_back(
        {std::move(plain), page_template(page, constants, slots),
         page_fields("form-action 'none'; frame-ancestors 'none'", "no-store") + language_fields(each)});
  }
}

void leave_page::render(std::size_t language, const shared_page& page, std::string_view place,
                        std::string_view address, std::string& out) const {
  const edition& spoken = editions_[language];
  const std::string back = share_link("/add?edited=1", page);  // where the reader was: no second click
  const std::array<std::string_view, slots.size()> values{page.server, place, address, back};
  (has_other_letters(page.server) ? spoken.warning : spoken.plain).render(values, out);
}

}  // namespace buttond
