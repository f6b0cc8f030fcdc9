#include "button/handlers/pages/button_svg.hpp"

#include "assets/assets.hpp"
#include "button/handlers/pages/escape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

namespace buttond {
namespace {

// Advance widths of U+0020 to U+007E in DejaVu Sans at 1,000 px, as a browser measures them.
constexpr std::array<int, 95> ascii_widths{
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361,  318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635,  611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352,  635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592,  525, 636, 337, 636, 838};
constexpr int letter_width = 620;
constexpr int arabic_width = 550;  // they are joined
constexpr int wide_width = 1000;

constexpr double font_size = 11;

double width_of(std::string_view text, double size) noexcept {
  return static_cast<double>(text_width(text)) * size / 1000;
}

/// A rectangle with a text in its middle; `class_name` colours both.
void append_box(std::string& out, std::string_view class_name, double left, double top, double width,
                double height) {
  fmt::format_to(std::back_inserter(out),
                 "<rect class=\"{}\" x=\"{:g}\" y=\"{:g}\" width=\"{:g}\" height=\"{:g}\" rx=\"4\"/>",
                 class_name, left, top, width, height);
}

void append_text(std::string& out, std::string_view class_name, double middle, double baseline, double size,
                 std::string_view text) {
  fmt::format_to(std::back_inserter(out),
                 "<text class=\"{}\" x=\"{:g}\" y=\"{:g}\" font-size=\"{:g}\" text-anchor=\"middle\" "
                 "textLength=\"{:.1f}\" lengthAdjust=\"spacingAndGlyphs\">",
                 class_name, middle, baseline, size, width_of(text, size));
  append_escaped(out, text);
  out += "</text>";
}

}  // namespace

int text_width(std::string_view text) noexcept {
  int width = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7F) width += ascii_widths[byte - 0x20U];
    if (byte >= 0xD8 && byte <= 0xDB)
      width += arabic_width;  // U+0600 to U+06FF
    else if (byte >= 0xC0)
      width += byte < 0xE3 ? letter_width : wide_width;  // from U+3000 on: CJK, emoji
  }
  return width;
}

button_svg::button_svg() : style_(text_of("button-svg.css").content) {
  const std::string fields = fmt::format(
      "Content-Type: image/svg+xml; charset=utf-8\r\n"
      "Content-Security-Policy: default-src 'none'; style-src '{}'; frame-ancestors *\r\n"
      "Access-Control-Allow-Origin: *\r\n"
      "Cross-Origin-Resource-Policy: cross-origin\r\n"
      "Timing-Allow-Origin: *\r\n"
      "X-Content-Type-Options: nosniff\r\n"
      "Cache-Control: no-store\r\n",
      text_of("button-svg.css").csp_source);
  for (const language& each : languages())
    editions_.push_back({button_words(each), each.tag, fields + language_fields(each)});
}

void button_svg::render(const button_look<std::string_view>& look, std::optional<std::int64_t> count,
                        std::string& out) const {
  const edition& spoken = editions_[look.language];
  const std::string_view label = spoken.words.label(look.label);
  const bool shows_count = count && look.style != button_style::none;
  const std::string number = shows_count ? spoken.words.compact_count(*count) : std::string();
  const bool vertical = look.style == button_style::vertical;
  const double label_width = width_of(label, font_size);
  // Icon 8, gap 4, a margin of 6 on each side.
  double button_width = std::max(55.0, label_width + 24);
  const double count_width = shows_count ? width_of(number, font_size) + 12 : 0;
  const double width = vertical || !shows_count ? button_width : button_width + 4 + count_width;
  const double height = vertical ? 62 : 20;
  const double top = height - 20;
  const double scale = look.large ? 1.5 : 1;
  std::string name;
  append_escaped(name, spoken.words.accessible_name(look.label, shows_count ? count : std::nullopt));
  fmt::format_to(
      std::back_inserter(out),
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{:g}\" height=\"{:g}\" viewBox=\"0 0 {:g} {:g}\" "
      "xml:lang=\"{}\" role=\"img\" aria-label=\"{}\"><title>{}</title><style>{}</style>",
      width * scale, height * scale, width, height, spoken.tag, name, name, style_);
  append_box(out, "b", 0, top, button_width, 20);
  const double content = label_width + 12;
  const double left = (button_width - content) / 2;
  fmt::format_to(std::back_inserter(out),
                 "<path class=\"t\" transform=\"translate({:g} {:g})\" "
                 "d=\"M0 3.2 8 0 4.8 8 3.2 4.8Z\"/>",
                 left, top + 6);
  append_text(out, "t", left + 12 + label_width / 2, top + 14, font_size, label);
  if (shows_count && vertical) {
    append_box(out, "c", 0.5, 0.5, button_width - 1, 37);
    append_text(out, "n", button_width / 2, 24,
                std::min(16.0, 16.0 * (button_width - 8) / width_of(number, 16)), number);
  } else if (shows_count) {
    append_box(out, "c", button_width + 4.5, 0.5, count_width - 1, 19);
    append_text(out, "n", button_width + 4 + count_width / 2, 14, font_size, number);
  }
  out += "</svg>\n";
}

}  // namespace buttond
