// GET /v1/buttons and GET /v1/counts.

#include "button/handlers/handlers.hpp"
#include "button/handlers/json_answers.hpp"
#include "button/handlers/query_links.hpp"
#include "button/handlers/with_counts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <iterator>
#include <string_view>

namespace buttond {
namespace {

constexpr std::array<std::string_view, 1> known_parameters{"url"};

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
  live_counts owned() const { return *this; }
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
  cacheable_counts owned() const { return *this; }
};

/// Reads the links, or answers 400 and says so by returning false.
bool read_links(loop_context& context, const http::request& in, http::response& out) {
  if (!read_query(context, in, known_parameters, [](std::string_view, std::string_view) {})) {
    answer_error(out, 400, "too_many_urls",
                 "at most 50 url parameters fit one request; ask for the rest in another");
  } else if (context.links.size() == 0) {
    answer_error(out, 400, "url_missing", "say which page with ?url=, once for each button");
  } else if (!context.links.has_key()) {
    answer_error(out, 400, "url_invalid", context.links.links().front().error.message());
  } else {
    return true;
  }
  return false;
}

}  // namespace

deferred_ptr answer_buttons(loop_context& context, const http::request& in, http::response& out) {
  if (!read_links(context, in, out)) return nullptr;
  count_events(context, in, event_kind::impression);
  return with_counts(context, live_counts{}, out);
}

deferred_ptr answer_counts(loop_context& context, const http::request& in, http::response& out) {
  if (!read_links(context, in, out)) return nullptr;
  const auto max_age = std::chrono::duration_cast<std::chrono::seconds>(context.shared.settings.fresh);
  return with_counts(context, cacheable_counts{max_age}, out);
}

}  // namespace buttond
