#include "button/handlers/pages/leave_page.hpp"

#include "button/handlers/pages/page_fields.hpp"
#include "button/handlers/pages/page_template.hpp"
#include "button/handlers/pages/share_link.hpp"

namespace buttond {
namespace {

/// Whether a name in punycode stands for one with other letters.
bool has_other_letters(std::string_view host) noexcept {
  return host.starts_with("xn--") || host.find(".xn--") != host.npos;
}

}  // namespace

leave_page::leave_page()
    : template_(std::make_unique<page_template>("leave.html")),
      fields_(page_fields("form-action 'none'; frame-ancestors 'none'", "no-store")) {}

leave_page::~leave_page() = default;

void leave_page::render(const shared_page& page, std::string_view place, std::string_view address,
                        std::string& out) const {
  page_data values;
  values.set("style", linked_file("site.css"));
  set(values, "server", page.server);
  set(values, "place", place);
  set(values, "address", address);
  values.set("has_other_letters", has_other_letters(page.server));
  values.set("back", share_link("/add?edited=1", page));  // where the reader was: no second click
  template_->render(values, out);
}

}  // namespace buttond
