// GET /v1/explain?url=: how a URL becomes a key, step by step.

#include "button/handlers/handlers.hpp"
#include "button/handlers/json_answers.hpp"
#include "button/handlers/read_query.hpp"
#include "common/shortened.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utf8.h>

#include <optional>
#include <string>
#include <string_view>

namespace buttond {
namespace {

// With 30 steps, each byte escaped, the answer stays below 64 KB.
constexpr std::size_t most_shown_bytes = 800;

/// `text`, of any bytes, as JSON may hold it.
std::string shown(std::string_view text, std::size_t most) {
  return shortened(utf8::replace_invalid(text), most);
}

}  // namespace

deferred_ptr answer_explain(loop_context& loop, const http::request& in, http::response& out) {
  std::optional<std::string_view> url;
  read_query(in, loop.scratch.query, [&](std::string_view name, std::string_view value) {
    if (name == "url" && (!url || url->empty())) url = value;
  });
  if (!url) {
    answer_error(out, 400, "url_missing", "say which URL with ?url=");
    return nullptr;
  }
  if (in.verb == http::method::head) {
    key_buffer buffer;
    if (!make_key(*url, loop.shared.settings.rules, buffer)) out.status = 400;
    out.static_fields = json_no_store_fields;
    out.unmade = true;
    return nullptr;
  }
  const key_explanation explained = explain_key(*url, loop.shared.settings.rules);
  boost::json::array steps;
  for (const key_step& step : explained.steps)
    steps.push_back({{"rule", utf8::replace_invalid(step.rule)}, {"url", shown(step.url, most_shown_bytes)}});
  boost::json::object answer{{"url", shown(*url, max_url_bytes)}, {"steps", std::move(steps)}};
  if (explained.key) {
    answer["key"] = *explained.key;
    answer["site"] = site_of(*explained.key);
    const bool listed = loop.policy->sites.has_site_of(*explained.key);
    answer["counted"] = listed;
    if (!listed) answer["why"] = loop.policy->sites.why_unlisted(*explained.key);
  } else {
    out.status = 400;
    answer["error"] = {{"code", "url_invalid"}, {"message", explained.key.error().message()}};
  }
  out.static_fields = json_no_store_fields;
  out.body = boost::json::serialize(answer);
  return nullptr;
}

}  // namespace buttond
