#pragma once
// From URLs to links, and the counting of their impressions and clicks. Loop thread only.

#include "button/handlers/filter.hpp"
#include "button/handlers/refused_links.hpp"
#include "button/http/request.hpp"
#include "button/impressions/books.hpp"
#include "button/impressions/per_kind.hpp"
#include "common/error.hpp"
#include "common/fingerprint.hpp"
#include "common/url_key.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace buttond {

struct loop_context;

inline constexpr std::size_t max_links = 50;  // of one request

struct requested_link {
  error_code error;  // why the URL has no key
  buttond::fingerprint fingerprint;
  std::string_view key;  // empty without a key; points into the buffer that it was made in
  bool listed = false;   // it has a key, and its site is one whose links count
};

using link_span = std::span<const requested_link>;

/// The link of `url`; its key is written into `buffer`.
requested_link make_link(std::string_view url, const loop_context& loop, key_buffer& buffer);

/// The links of one request, in the order asked. About 100 KiB: one a loop, used again.
class link_list {
 public:
  void clear() noexcept { size_ = 0; }

  /// False when the list is full.
  bool add(std::string_view url, const loop_context& loop);

  link_span links() const noexcept { return {links_.data(), size_}; }

 private:
  std::size_t size_ = 0;
  std::array<requested_link, max_links> links_;
  std::array<key_buffer, max_links> keys_;
};

/// Whether `link`, which `in` named and which has a key, is one that is known, or within the budget of new
/// ones.
bool is_in_budget(loop_context& loop, const http::request& in, const requested_link& link) noexcept;

/// Notes that an event of `link`, which `in` named and which has a key, is not counted, for `reason`.
[[gnu::cold]] void note_turned_away(loop_context& loop, const http::request& in, const requested_link& link,
                                    filter_reason reason) noexcept;

/// Counts one event for each of `links`, which `in` named, that has a key: accepted or filtered; the others
/// are refused. A HEAD never counts.
void count_events(loop_context& loop, const http::request& in, link_span links, event_kind kind);

/// Whether a reader's share of `link`, which `in` named and which has a key, counts by `filter`. One that
/// does not is in no books, but noted.
bool counts_share(loop_context& loop, const http::request& in, const requested_link& link,
                  request_filter filter);

/// For links of which nothing but the count is asked: those are refused that have no key, or whose site is
/// not listed. A HEAD never counts.
void count_refused(loop_context& loop, const http::request& in, link_span links);

/// For `links` that `in` named and that are refused as one, whatever they are. A HEAD never counts.
void count_refused(loop_context& loop, const http::request& in, link_refusal why, std::size_t links = 1);

}  // namespace buttond
