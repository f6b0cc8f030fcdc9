#include "button/handlers/pages/frame_page.hpp"

#include "assets/assets.hpp"
#include "button/handlers/pages/button_svg.hpp"
#include "button/handlers/pages/escape.hpp"

#include <fmt/format.h>

#include <iterator>

namespace buttond {
namespace {

// As frame.css draws a button of the regular size, in px: its padding and border, and its icon with its gap.
constexpr double around_label = 14;
constexpr double icon_and_gap = 12;
constexpr double gap_before_count = 4;
constexpr double bare_around_label = 8;

/// How wide `text` is there: 10 px, in bold, which is wider than text_width by that much.
double width_of(std::string_view text) noexcept {
  return text_width(text) * 10 * 1.05 / 1000;
}

/// How a word of ours is shown in the box that the author of the page has reserved for "Share": without the
/// icon where it has no room beside it, and as the icon alone where it has none at all.
std::string_view fit(std::string_view label, button_style style, std::string_view count) noexcept {
  double room = style == button_style::horizontal ? 110 : 55;
  if (style == button_style::horizontal && !count.empty())
    room -= gap_before_count + width_of(count) + around_label;
  const double width = width_of(label);
  if (width + icon_and_gap + around_label <= room) return {};
  return width + bare_around_label <= room ? " bare" : " icon";
}

}  // namespace

frame_page::frame_page() {
  const asset_text& style = text_of("frame.css");
  const asset_text& script = text_of("frame.js");
  const std::string fields = fmt::format(
      "Content-Type: text/html; charset=utf-8\r\n"
      "Content-Security-Policy: default-src 'none'; style-src '{}'; script-src '{}'; img-src 'self'; "
      "base-uri 'none'; "
      "form-action 'none'; frame-ancestors *\r\n"
      "Referrer-Policy: no-referrer\r\n"
      "X-Content-Type-Options: nosniff\r\n"
      "Cross-Origin-Resource-Policy: cross-origin\r\n"
      "Cross-Origin-Embedder-Policy: require-corp\r\n"  // else a page that has it shows no frame
      "Timing-Allow-Origin: *\r\n"
      "Cache-Control: no-store\r\n",
      style.csp_source, script.csp_source);
  for (const language& each : languages()) {
    const std::string head = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"{}\" dir=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title>"
        "<meta name=\"viewport\" content=\"width=device-width\"><meta name=\"robots\" content=\"noindex\">"
        "<link rel=\"icon\" href=\"/favicon.svg\">"
        "<style>{}</style></head><body>",
        each.tag, each.direction, word_of(each, "share"), style.content);
    editions_.push_back({button_words(each), head, fields + language_fields(each)});
  }
  tail_ = fmt::format("<script>{}</script></body></html>\n", script.content);
}

void frame_page::render(const button_look<std::string_view>& look, std::optional<std::int64_t> count,
                        std::string& out) const {
  const bool shows_count = count && look.style != button_style::none;
  const edition& spoken = editions_[look.language];
  const std::string shown = shows_count ? spoken.words.compact_count(*count) : std::string();
  const std::string_view label = spoken.words.label(look.label);
  // A label that was given, and "Share", have the room that they were given.
  const bool is_ours = look.label.empty() && look.language != 0;
  const std::string_view fitted = is_ours ? fit(label, look.style, shown) : std::string_view();
  out += spoken.head;
  fmt::format_to(std::back_inserter(out),
                 "<a class=\"{}{}{}\" target=\"_blank\" rel=\"noreferrer\" aria-label=\"",
                 name_of(look.style), look.large ? " large" : "", fitted);
  append_escaped(out, spoken.words.accessible_name(look.label, shows_count ? count : std::nullopt));
  out += look.unseen ? "\" data-unseen href=\"" : "\" href=\"";
  std::string dialog;
  append_dialog(dialog, look);
  append_escaped(out, dialog);
  out += "\"><b><i></i>";
  if (fitted != " icon") append_escaped(out, label);
  out += "</b>";
  // Drawn by the style sheet, so that the link's text stays its label; the span is what clients look for.
  if (shows_count) {
    fmt::format_to(std::back_inserter(out), "<span class=\"count\" data-shown=\"{}\"></span>", shown);
  }
  fmt::format_to(std::back_inserter(out), "<span id=\"buffer_count\">{}</span></a>", count.value_or(0));
  out += tail_;
}

}  // namespace buttond
