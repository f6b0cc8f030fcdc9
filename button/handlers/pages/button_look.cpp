#include "button/handlers/pages/button_look.hpp"

#include "button/handlers/pages/escape.hpp"
#include "button/handlers/pages/url_template.hpp"
#include "common/shortened.hpp"

#include <array>
#include <utility>

namespace buttond {
namespace {

constexpr std::string_view default_label = "Share";
constexpr std::size_t max_label_bytes = 60;

}  // namespace

button_style parse_style(std::string_view name) noexcept {
  if (name == "vertical") return button_style::vertical;
  if (name == "none") return button_style::none;
  return button_style::horizontal;
}

std::string_view name_of(button_style style) noexcept {
  switch (style) {
    case button_style::vertical:
      return "vertical";
    case button_style::none:
      return "none";
    default:
      return "horizontal";
  }
}

void append_dialog(std::string& out, const button_look<std::string_view>& look) {
  out += "/add?url=";
  append_component(out, look.url);
  const std::array<std::pair<std::string_view, std::string_view>, 3> rest{
      {{"&text=", look.text}, {"&via=", look.via}, {"&picture=", look.picture}}};
  for (const auto& [name, value] : rest) {
    if (value.empty()) continue;
    out += name;
    append_component(out, value);
  }
}

bool fit_into_address(button_look<std::string_view>& look, std::string& words) {
  look.label = first_characters(look.label, max_label_bytes);
  shared_page page{.url = look.url, .text = look.text, .via = look.via, .picture = look.picture};
  const bool fits = fit_into_address(page, words);
  look.text = page.text;
  look.via = page.via;
  look.picture = page.picture;
  return fits;
}

std::string_view shortened_label(std::string_view label) noexcept {
  if (label.empty()) return default_label;
  return first_characters(label, max_label_bytes);
}

}  // namespace buttond
