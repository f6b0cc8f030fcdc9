// GET /: get the button.

#include "assets/assets.hpp"
#include "button/handlers/handlers.hpp"
#include "button/handlers/pages/public_origin.hpp"
#include "button/handlers/pages/site_pages.hpp"
#include "button/handlers/read_query.hpp"

#include <fmt/format.h>

#include <functional>
#include <string>
#include <string_view>

namespace buttond {
deferred_ptr answer_home(loop_context& loop, const http::request& in, http::response& out) {
  home_query query;
  read_query(in, loop.scratch.query, [&](std::string_view name, std::string_view value) {
    if (name == "url" && query.look.url.empty()) query.look.url = value;
    if (name == "count") query.look.style = parse_style(value);
    if (name == "size") query.look.large = value == "large";
    if (name == "label") query.look.label = value;
    if (name == "text") query.look.text = value;
    if (name == "form") query.form = snippet_kind_of(value).form;
  });
  query.asked = query.look.url;
  std::string words;
  if (!fit_into_address(query.look, words)) query.look.url = {};
  const std::string& given = loop.shared.settings.public_origin;
  const std::string origin = given.empty() ? origin_of_host(in.host) : given;
  query.origin = origin;
  query.sites = &loop.policy->sites;
  const home_page& page = loop.shared.pages.home;
  out.static_fields = page.fields();
  out.body.clear();
  if (in.query.empty())
    page.render_first(origin, out.body);
  else
    page.render(query, loop.shared.settings.rules, out.body);
  // By the standard library, whose hash is the quickest: a page that costs 15 us would take 2 more by
  // SipHash.
  const std::string etag = fmt::format("\"{:016x}\"", std::hash<std::string_view>()(out.body));
  out.field("ETag", etag);
  if (names_etag(in.if_none_match, etag)) {
    out.status = 304;
    out.body.clear();
  }
  return nullptr;
}

}  // namespace buttond
