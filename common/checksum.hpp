#pragma once
// Checksums of what is written to files: against torn writes and damaged disks, not against attackers, so the
// keys are fixed. Part of the file formats: a change of either function is a new version of them.
// Thread-safe: no state but the sum under way.

#include <sodium/crypto_generichash.h>

#include <cstdint>
#include <string_view>

namespace buttond {

/// SipHash-2-4; for short pieces (a key).
std::uint64_t short_checksum(std::string_view bytes) noexcept;

/// The first 64 bits of BLAKE2b; for whole files, piece by piece.
class long_checksum {
 public:
  long_checksum() noexcept;
  void add(std::string_view bytes) noexcept;

  /// Once, at the end.
  std::uint64_t value() noexcept;

 private:
  crypto_generichash_state state_;
};

}  // namespace buttond
