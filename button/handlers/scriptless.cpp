// The button without script: GET /button/ (a page for an iframe), GET /button.svg and GET /seen.gif. Each
// shows itself whatever the URL is worth, because it stands in somebody's page; what has a key is counted.

#include "assets/languages.hpp"
#include "button/handlers/filter.hpp"
#include "button/handlers/handlers.hpp"
#include "button/handlers/json_answers.hpp"
#include "button/handlers/pages/site_pages.hpp"
#include "button/handlers/read_query.hpp"
#include "button/handlers/with_counts.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace buttond {
namespace {

/// The button's `Page` with its count; `page` outlives all requests.
template <class Page, class Text>
struct look_renderer {
  const Page* page;
  button_look<Text> look;

  void operator()(std::span<const share_count> shares, http::response& out) const {
    out.static_fields = page->fields(look.language);
    out.body.clear();
    const button_look<std::string_view> view{look.style, look.large,   look.label,    look.url,   look.text,
                                             look.via,   look.picture, look.language, look.unseen};
    page->render(view, shares.front(), out.body);
  }

  look_renderer<Page, std::string> owned() const {
    const auto copy = [](const Text& text) { return std::string(text); };
    return {page,
            {look.style, look.large, copy(look.label), copy(look.url), copy(look.text), copy(look.via),
             copy(look.picture), look.language, look.unseen}};
  }
};

template <class Page>
deferred_ptr answer_look(loop_context& loop, const http::request& in, const Page& page, http::response& out) {
  const std::size_t language = choose_language(in.accept_language);
  if (in.verb == http::method::head) {
    out.static_fields = page.fields(language);
    out.unmade = true;
    return nullptr;
  }
  look_renderer<Page, std::string_view> renderer{&page, {}};
  button_look<std::string_view>& look = renderer.look;
  look.language = language;
  look.unseen = is_prefetch(in);
  std::string_view title;
  read_query(in, loop.scratch.query, [&](std::string_view name, std::string_view value) {
    if (name == "url" && look.url.empty()) look.url = value;
    if (name == "count") look.style = parse_style(value);
    if (name == "size") look.large = value == "large";
    if (name == "label") look.label = value;
    if (name == "text") look.text = value;
    if (name == "title") title = value;
    if (name == "via") look.via = value;
    if (name == "picture") look.picture = value;
  });
  if (look.text.empty()) look.text = title;
  std::string words;
  fit_into_address(look, words);
  key_buffer buffer;
  const requested_link link = make_link(look.url, loop, buffer);
  count_events(loop, in, {&link, 1}, event_kind::impression);
  return with_counts(loop, in, {&link, 1}, renderer, out);
}

// The smallest transparent GIF.
constexpr std::string_view pixel(
    "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff\x21\xf9\x04\x01\x00\x00\x00\x00\x2c\x00\x00"
    "\x00\x00"
    "\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00\x3b",
    43);

}  // namespace

deferred_ptr answer_button_frame(loop_context& loop, const http::request& in, http::response& out) {
  return answer_look(loop, in, loop.shared.pages.frame, out);
}

deferred_ptr answer_button_svg(loop_context& loop, const http::request& in, http::response& out) {
  return answer_look(loop, in, loop.shared.pages.svg, out);
}

deferred_ptr answer_pixel(loop_context& loop, const http::request& in, http::response& out) {
  std::string_view url;
  read_query(in, loop.scratch.query, [&](std::string_view name, std::string_view value) {
    if (name == "url" && url.empty()) url = value;
  });
  key_buffer buffer;
  const requested_link link = make_link(url, loop, buffer);
  count_events(loop, in, {&link, 1}, event_kind::impression);
  out.static_fields = BUTTOND_EMBED_FIELDS "Content-Type: image/gif\r\nCache-Control: no-store\r\n";
  out.static_body = pixel;
  return nullptr;
}

}  // namespace buttond
