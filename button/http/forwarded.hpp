#pragma once
// Who the reader is when proxies stand between: the addresses of X-Forwarded-For, read from the right through
// the proxies that are trusted. What stands left of the first address that is not trusted can be written by
// anybody, so it is never looked at.

#include "common/network.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace buttond::http {

/// The X-Forwarded-For lines of one request in their order; the last few, because a proxy appends.
class forwarded_lines {
 public:
  void add(std::string_view value) noexcept { lines_[count_++ % lines_.size()] = value; }
  void clear() noexcept { count_ = 0; }

  std::size_t size() const noexcept { return count_ < lines_.size() ? count_ : lines_.size(); }

  /// The line that is `back` lines before the last one; `back` < size().
  std::string_view from_end(std::size_t back) const noexcept {
    return lines_[(count_ - 1 - back) % lines_.size()];
  }

 private:
  std::array<std::string_view, 8> lines_;
  std::size_t count_ = 0;
};

/// The rightmost address that is not of a trusted proxy; the leftmost where all are; nothing where an entry
/// on the way is not an address ("unknown", an obfuscated name) or there is none. An entry may carry a port.
std::optional<address_bytes> forwarded_client(const forwarded_lines& lines, std::span<const network> trusted);

/// Whether one of `networks` contains `address`.
bool is_in(std::span<const network> networks, const address_bytes& address) noexcept;

}  // namespace buttond::http
