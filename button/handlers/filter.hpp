#pragma once
// Decides what is seen but not counted: bots, prefetches, readers over their rate, links of sites that are
// not on the list (site_list.hpp). The reader gets the button all the same; the reason is counted.
// Thread-safe and shared by all loops; owned by app. Allocates nothing after construction.

#include "button/handlers/bots/bot_memo.hpp"
#include "button/handlers/bots/bot_signs.hpp"
#include "button/handlers/bots/last_bot.hpp"
#include "button/http/request.hpp"
#include "button/impressions/books.hpp"
#include "common/clock.hpp"
#include "common/rate_limiter.hpp"

#include <optional>
#include <string_view>

namespace buttond {

/// Whether what `in` asks for may never be shown: by Sec-Purpose (Fetch, "prefetch;prerender",
/// "prefetch;anonymous-client-ip"), X-Sec-Purpose of scripts that prefetch, and what browsers sent before it
/// was agreed on: Purpose and X-Moz ("prefetch"), X-Purpose ("preview").
bool is_prefetch(const http::request& in) noexcept;

class impression_filter;

/// What the filter thinks of one request's events. Lives as long as the request is looked at.
class request_filter {
 public:
  /// Why one more event, of a link whose site is `listed` or not, is not counted; nothing when it is. One
  /// that is counted takes from the rate of the request's reader.
  std::optional<filter_reason> of_link(bool listed) noexcept;

 private:
  friend class impression_filter;
  request_filter(const impression_filter& filter, monotonic_time received) noexcept
      : filter_(filter), received_(received) {}

  const impression_filter& filter_;
  monotonic_time received_;
  std::optional<filter_reason> refused_;            // of the request: concerns all its events
  std::optional<rate_limiter::accounts> accounts_;  // whose rate they take from, where there is one
};

class impression_filter {
 public:
  /// `rate`: null for no limit; outlives the filter.
  explicit impression_filter(rate_limiter* rate) : rate_(rate) {}

  /// Looks at what concerns all of a request. With do_not_track nothing that tells its reader from others is
  /// looked at, and its User-Agent is not remembered in `known`.
  request_filter of_request(const http::request& in, bot_memo& known) const noexcept;

  /// The same for what only a reader does who goes somewhere: clicks and shares. What a page embeds, as an
  /// <img>, is none, by Sec-Fetch-Dest where the browser sends it. A fetch() counts if it is of our own page.
  request_filter of_navigation(const http::request& in, bot_memo& known) const noexcept;

  /// The same for what a script of any page tells of its reader, by a fetch() or a beacon, where the browser
  /// says what it is.
  request_filter of_script(const http::request& in, bot_memo& known) const noexcept;

  /// What the robot of `agent`, by which a request was refused, calls itself (bot_name.hpp).
  std::string_view bot_name_in(std::string_view agent, last_bot& known) const noexcept {
    return known.name_in(agent, bots_);
  }

 private:
  friend class request_filter;

  bot_signs bots_;
  rate_limiter* rate_;
};

}  // namespace buttond
