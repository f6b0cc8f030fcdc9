#include "button/handlers/pages/frame_page.hpp"

#include "assets/assets.hpp"
#include "button/handlers/pages/escape.hpp"

#include <fmt/format.h>

#include <iterator>

namespace buttond {

frame_page::frame_page() {
  const asset_text& style = text_of("frame.css");
  const asset_text& script = text_of("frame.js");
  head_ = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Share</title>"
      "<meta name=\"viewport\" content=\"width=device-width\"><meta name=\"robots\" content=\"noindex\">"
      "<style>{}</style></head><body>",
      style.content);
  tail_ = fmt::format("<script>{}</script></body></html>\n", script.content);
  fields_ = fmt::format(
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
}

void frame_page::render(const button_look<std::string_view>& look, std::optional<std::int64_t> count,
                        std::string& out) const {
  const bool shows_count = count && look.style != button_style::none;
  out += head_;
  fmt::format_to(std::back_inserter(out),
                 "<a class=\"{}{}\" target=\"_blank\" rel=\"noreferrer\" aria-label=\"", name_of(look.style),
                 look.large ? " large" : "");
  append_escaped(out, accessible_name(look.label, shows_count ? count : std::nullopt));
  out += look.unseen ? "\" data-unseen href=\"" : "\" href=\"";
  std::string dialog;
  append_dialog(dialog, look);
  append_escaped(out, dialog);
  out += "\"><b><i></i>";
  append_escaped(out, shortened_label(look.label));
  out += "</b>";
  // Drawn by the style sheet, so that the link's text stays its label; the span is what clients look for.
  if (shows_count) {
    fmt::format_to(std::back_inserter(out), "<span class=\"count\" data-shown=\"{}\"></span>",
                   compact_count(*count));
  }
  fmt::format_to(std::back_inserter(out), "<span id=\"buffer_count\">{}</span></a>", count.value_or(0));
  out += tail_;
}

}  // namespace buttond
