#pragma once
// A link's key in 16 bytes: SipHash-2-4 with a 128-bit result, keyed by a random secret of this process, so
// that nobody outside can construct two keys with one fingerprint. Never written to a file or a database.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace buttond {

struct fingerprint {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  friend bool operator==(const fingerprint&, const fingerprint&) = default;
};

/// For hash tables: the fingerprint is uniform already.
struct fingerprint_hash {
  using is_avalanching = void;
  std::size_t operator()(const fingerprint& value) const noexcept { return value.low; }
};

/// Immutable after construction, so any thread may use it.
class fingerprinter {
 public:
  /// Draws the secret from the operating system.
  fingerprinter();

  fingerprint operator()(std::string_view key) const noexcept;

 private:
  std::array<unsigned char, 16> secret_;
};

}  // namespace buttond
