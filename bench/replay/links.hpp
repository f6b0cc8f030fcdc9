#pragma once
// The links that are replayed: read from a file, or made up by number (so that ten million need no memory).
// Immutable once constructed.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace buttond::replay {

class links {
 public:
  /// One URL a line; empty lines and lines that begin with '#' are passed over, and so are URLs that the
  /// server refuses to count (private hosts and the like, unless `allow_private_hosts`): see refused().
  /// Throws startup_error when the file cannot be read or holds no link.
  static links from_file(const std::string& path, bool allow_private_hosts);

  /// `count` links of about 45 bytes, 100 to a site.
  static links made_up(std::size_t count);

  std::size_t size() const noexcept { return made_up_ != 0 ? made_up_ : starts_.size() - 1; }
  std::size_t refused() const noexcept { return refused_; }

  /// Appends link `index`, percent-encoded as the value of a query parameter.
  void append_encoded(std::uint32_t index, std::string& out) const;

  /// The key under which the server counts link `index`.
  std::string key(std::uint32_t index) const;

 private:
  links() = default;
  std::string url(std::uint32_t index) const;

  std::size_t made_up_ = 0;  // 0: from a file
  std::size_t refused_ = 0;
  bool allow_private_hosts_ = false;
  std::string encoded_;                // all of them, one after the other
  std::vector<std::uint64_t> starts_;  // of each in encoded_, and the end
};

}  // namespace buttond::replay
