// GET /v1/buttons and GET /v1/counts.

#include "button/handlers/handlers.hpp"
#include "button/handlers/json_answers.hpp"
#include "button/handlers/read_query.hpp"
#include "button/handlers/with_counts.hpp"

#include <boost/system/result.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <iterator>
#include <string>
#include <string_view>

namespace buttond {
namespace {

void write_counts(std::span<const share_count> shares, std::string& body) {
  constexpr std::string_view before = "{\"counts\":[";
  constexpr std::string_view unknown = "null";
  constexpr std::size_t most_bytes = before.size() + 21 * max_links + 1;  // of a number and its comma 21
  std::array<char, most_bytes> text;
  char* end = std::copy(before.begin(), before.end(), text.data());
  for (const share_count& count : shares) {
    end = count ? std::to_chars(end, text.data() + text.size(), *count).ptr
                : std::copy(unknown.begin(), unknown.end(), end);
    *end++ = ',';
  }
  end[-1] = ']';  // for the last comma: there is one link at least
  *end++ = '}';
  body.assign(text.data(), end);
}

struct live_counts {
  void operator()(std::span<const share_count> shares, http::response& out) const {
    out.static_fields = json_no_store_fields;
    write_counts(shares, out.body);
  }
};

struct cacheable_counts {
  std::chrono::seconds max_age;

  void operator()(std::span<const share_count> shares, http::response& out) const {
    // A count that is not known at the moment must not stay in anybody's cache.
    if (std::all_of(shares.begin(), shares.end(),
                    [](const share_count& count) { return count.has_value(); })) {
      out.static_fields = BUTTOND_EMBED_FIELDS "Content-Type: application/json\r\n";
      fmt::format_to(std::back_inserter(out.fields), "Cache-Control: public, max-age={}\r\n",
                     max_age.count());
    } else {
      out.static_fields = json_no_store_fields;
    }
    write_counts(shares, out.body);
  }
};

/// Why a request is answered 400, as its error says it.
struct refusal {
  std::string_view code;
  std::string message;
};

deferred_ptr refuse(const refusal& why, http::response& out) {
  answer_error(out, 400, why.code, why.message);
  return nullptr;
}

/// The links that a request asks for, of which at least one has a key; else all of them are counted as
/// refused. They are in the loop's scratch.
boost::system::result<link_span, refusal> read_links(const http::request& in, loop_context& loop) {
  link_list& list = loop.scratch.links;
  list.clear();
  std::size_t beyond = 0;
  read_query(in, loop.scratch.query, [&](std::string_view name, std::string_view value) {
    if (name == "url" && (beyond > 0 || !list.add(value, loop))) ++beyond;
  });
  const link_span links = list.links();
  if (beyond > 0) {
    count_refused(loop, in, link_refusal::too_many, links.size() + beyond);
    return refusal{"too_many_urls", "at most 50 url parameters fit one request; ask for the rest in another"};
  }
  if (links.empty()) {
    count_refused(loop, in, link_refusal::empty);
    return refusal{"url_missing", "say which page with ?url=, once for each button"};
  }
  if (std::ranges::all_of(links, [](const requested_link& link) { return link.key.empty(); })) {
    count_refused(loop, in, links);
    return refusal{"url_invalid", links.front().error.message()};
  }
  return links;
}

}  // namespace

deferred_ptr answer_buttons(loop_context& loop, const http::request& in, http::response& out) {
  const auto links = read_links(in, loop);
  if (!links) return refuse(links.error(), out);
  count_events(loop, in, *links, event_kind::impression);
  return with_counts(loop, in, *links, live_counts{}, out);
}

deferred_ptr answer_counts(loop_context& loop, const http::request& in, http::response& out) {
  const auto links = read_links(in, loop);
  if (!links) return refuse(links.error(), out);
  count_refused(loop, in, *links);
  const auto max_age = std::chrono::duration_cast<std::chrono::seconds>(loop.shared.settings.fresh);
  return with_counts(loop, in, *links, cacheable_counts{max_age}, out);
}

}  // namespace buttond
