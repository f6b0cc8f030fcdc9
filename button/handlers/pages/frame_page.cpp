#include "button/handlers/pages/frame_page.hpp"

#include "assets/assets.hpp"
#include "button/handlers/pages/escape.hpp"

#include <fmt/format.h>

#include <iterator>

namespace buttond {

frame_page::frame_page() {
  const asset_text& style = text_of("frame.css");
  const asset_text& script = text_of("frame.js");
  const std::string fields = fmt::format(
      "Content-Type: text/html; charset=utf-8\r\n"
      "Content-Security-Policy: default-src 'none'; style-src '{}'; script-src '{}'; base-uri 'none'; "
      "form-action 'none'; frame-ancestors *\r\n"
      "Referrer-Policy: no-referrer\r\n"
      "X-Content-Type-Options: nosniff\r\n"
      "Cross-Origin-Resource-Policy: cross-origin\r\n"
      "Timing-Allow-Origin: *\r\n"
      "Cache-Control: no-store\r\n",
      style.csp_source, script.csp_source);
  for (const language& each : languages()) {
    const std::string head = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"{}\" dir=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title>"
        "<meta name=\"viewport\" content=\"width=device-width\"><meta name=\"robots\" content=\"noindex\">"
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
  out += spoken.head;
  fmt::format_to(std::back_inserter(out),
                 "<a class=\"{}{}\" target=\"_blank\" rel=\"noopener\" aria-label=\"", name_of(look.style),
                 look.large ? " large" : "");
  append_escaped(out, spoken.words.accessible_name(look.label, shows_count ? count : std::nullopt));
  out += "\" href=\"";
  std::string dialog;
  append_dialog(dialog, look);
  append_escaped(out, dialog);
  out += "\"><b><i></i>";
  append_escaped(out, spoken.words.label(look.label));
  out += "</b>";
  // Drawn by the style sheet, so that the link's text stays its label; the span is what clients look for.
  if (shows_count) {
    fmt::format_to(std::back_inserter(out), "<span class=\"count\" data-shown=\"{}\"></span>",
                   spoken.words.compact_count(*count));
  }
  fmt::format_to(std::back_inserter(out), "<span id=\"buffer_count\">{}</span></a>", count.value_or(0));
  out += tail_;
}

}  // namespace buttond
