#pragma once
// The links that were asked for and get no answer, by the reason; for /metrics. What has a key and is seen
// (accepted or filtered) is in the books (impressions/books.hpp), and not here.

#include "common/error.hpp"

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace buttond {

/// Why: first what make_key says, in the order of errc; then more links than a request may have; and a site
/// that is not listed, of a link whose count was asked for and nothing else.
enum class link_refusal : std::uint8_t {
  empty,
  too_long,
  scheme,
  credentials,
  no_host,
  bad_host,
  private_host,
  too_many,
  site
};
inline constexpr std::array<std::string_view, 9> link_refusal_names{
    "empty", "too_long", "scheme", "credentials", "no_host", "bad_host", "private_host", "too_many", "site"};

/// The refusal of a link for which make_key said `why`.
constexpr link_refusal refusal_of_key(errc why) noexcept {
  return static_cast<link_refusal>(static_cast<int>(why) - static_cast<int>(errc::url_empty));
}
static_assert(refusal_of_key(errc::url_too_long) == link_refusal::too_long);
static_assert(refusal_of_key(errc::url_scheme) == link_refusal::scheme);
static_assert(refusal_of_key(errc::url_credentials) == link_refusal::credentials);
static_assert(refusal_of_key(errc::url_no_host) == link_refusal::no_host);
static_assert(refusal_of_key(errc::url_bad_host) == link_refusal::bad_host);
static_assert(refusal_of_key(errc::url_private_host) == link_refusal::private_host);

/// Plain numbers: one a loop, written by it.
class refused_links {
 public:
  void count(link_refusal why, std::uint64_t links = 1) noexcept {
    counts_[static_cast<std::size_t>(why)] += links;
  }

  /// One link without a key, for which make_key said `why`.
  void count(const error_code& why) noexcept {
    const link_refusal refusal = refusal_of_key(static_cast<errc>(why.value()));
    assert(why.category() == error_category() && refusal <= link_refusal::private_host);
    count(refusal);
  }

  refused_links& operator+=(const refused_links& other) noexcept {
    for (std::size_t why = 0; why < counts_.size(); ++why) counts_[why] += other.counts_[why];
    return *this;
  }

  std::uint64_t operator[](std::size_t why) const noexcept { return counts_[why]; }

 private:
  std::array<std::uint64_t, link_refusal_names.size()> counts_{};
};

}  // namespace buttond
