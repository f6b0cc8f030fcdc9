#pragma once
// From a request's query to links, and the counting of their impressions and clicks. Loop thread only.

#include "button/http/request.hpp"
#include "button/impressions/books.hpp"
#include "common/error.hpp"
#include "common/fingerprint.hpp"
#include "common/url_key.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace buttond {

struct loop_context;

inline constexpr std::size_t max_links = 50;  // of one request

struct requested_link {
  error_code error;  // why the URL has no key
  buttond::fingerprint fingerprint;
  std::string_view key;  // empty without a key; points into the list
};

/// A link's shares; nothing where they are not known at the moment, or the URL has no key.
using share_count = std::optional<std::int64_t>;

/// The links of one request, in the order asked, with their shares. About 100 KiB: one a loop, used again.
class link_list {
 public:
  void clear() noexcept { size_ = 0; }

  /// Makes the key of `url`. False when the list is full.
  bool add(std::string_view url, const key_rules& rules, const fingerprinter& fingerprint_of);

  std::span<const requested_link> links() const noexcept { return {links_.data(), size_}; }
  std::span<share_count> shares() noexcept { return {shares_.data(), size_}; }
  std::size_t size() const noexcept { return size_; }
  bool has_key() const noexcept;

 private:
  std::size_t size_ = 0;
  std::array<requested_link, max_links> links_;
  std::array<share_count, max_links> shares_;
  std::array<key_buffer, max_links> keys_;
};

/// Counts one event for each link of `context.links` that has a key, accepted or filtered. A HEAD never
/// counts.
void count_events(loop_context& context, const http::request& in, event_kind kind);

}  // namespace buttond
