// GET /1/links/shares.json, byte for byte as the clients of the Buffer button know it: counts without white
// space, JSONP, and errors in that API's own form. Codes: 1004 a required parameter is missing, 1005 the
// format is not supported, 1006 a parameter's value is not acceptable.

#include "button/handlers/buffer_errors.hpp"
#include "button/handlers/callback_name.hpp"
#include "button/handlers/handlers.hpp"
#include "button/handlers/json_answers.hpp"
#include "button/handlers/read_query.hpp"
#include "button/handlers/with_counts.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>

namespace buttond {
namespace {

struct buffer_shares {
  std::array<char, max_callback> callback;
  std::size_t callback_size = 0;  // 0: plain JSON
  std::chrono::seconds max_age;

  void operator()(std::span<const share_count> shares, http::response& out) const {
    const share_count& count = shares.front();
    out.static_fields = callback_size > 0 ? BUTTOND_EMBED_FIELDS "Content-Type: application/javascript\r\n"
                                          : BUTTOND_EMBED_FIELDS "Content-Type: application/json\r\n";
    if (count) {
      out.fields += "Cache-Control: public, max-age=";
      append_number(out.fields, max_age.count());
      out.fields += "\r\n";
    } else {
      out.fields += "Cache-Control: no-store\r\n";
    }
    out.body.clear();
    if (callback_size > 0) out.body.append("/**/").append(callback.data(), callback_size).append("(");
    out.body += "{\"shares\":";
    append_number(out.body, count.value_or(0));  // these clients take no null
    out.body += '}';
    if (callback_size > 0) out.body += ");";
  }
};

}  // namespace

void answer_buffer_error(http::response& out, std::uint16_t status, int code, std::string_view message) {
  out.status = status;
  out.static_fields = json_no_store_fields;
  out.fields.clear();
  out.static_body = {};
  out.body = "{\"code\":";
  append_number(out.body, code);
  out.body += ",\"error\":";
  append_json_string(out.body, message);
  out.body += '}';
}

deferred_ptr answer_buffer_shares(loop_context& loop, const http::request& in, http::response& out) {
  const std::string_view format = in.path.substr(in.path.rfind('.') + 1);
  if (format != "json") {
    answer_buffer_error(out, 406, 1005, "Unsupported response format requested.");
    return nullptr;
  }
  buffer_shares renderer{{}, 0, std::chrono::duration_cast<std::chrono::seconds>(loop.shared.settings.fresh)};
  bool callback_valid = true;
  std::string_view url;
  std::size_t urls = 0;
  read_query(in, loop.scratch.query, [&](std::string_view name, std::string_view value) {
    if (name == "url") {
      url = value;
      ++urls;
    }
    if (name != "callback") return;
    callback_valid = loop.shared.settings.jsonp && is_callback_name(value);
    if (!callback_valid) return;
    std::copy(value.begin(), value.end(), renderer.callback.begin());
    renderer.callback_size = value.size();
  });
  key_buffer buffer;
  const requested_link link = make_link(url, loop, buffer);
  if (!callback_valid) {
    answer_buffer_error(
        out, 400, 1006,
        loop.shared.settings.jsonp
            ? "Invalid callback: use a function of your own, letters, digits, _ $ and dots, 128 at "
              "most."
            : "Invalid callback: this server answers JSON only.");
  } else if (urls == 0) {
    count_refused(loop, in, link_refusal::empty);
    answer_buffer_error(out, 400, 1004, "Required parameter missing: url.");
  } else if (urls > 1) {
    count_refused(loop, in, link_refusal::too_many, urls);
    answer_buffer_error(out, 400, 1006, "Invalid url: one at a time.");
  } else {
    count_refused(loop, in, {&link, 1});
    if (!link.key.empty()) return with_counts(loop, in, {&link, 1}, renderer, out);
    answer_buffer_error(out, 400, 1006, "Invalid url: " + link.error.message() + ".");
  }
  return nullptr;
}

}  // namespace buttond
