#pragma once
// Every bound of the engine, each a flag; a request or a reader beyond one is refused with the status beside
// it, never served more slowly.

#include <chrono>
#include <cstddef>
#include <string_view>

namespace buttond::http {

struct limits {
  std::size_t target_bytes = std::size_t{16} * 1024;  // 414; the whole request line
  std::size_t header_bytes = std::size_t{16} * 1024;  // 431; the field lines, without the request line
  std::size_t body_bytes = std::size_t{256} * 1024;   // 413
  std::size_t pipeline = 64;                          // requests answered into one write
  // Of all loops together. For one more the one that is idle longest is closed; where none is, it is answered
  // 503.
  std::size_t connections = 16'384;
  std::string_view connections_set_by = "--max-connections";
  // One that is idle for a shorter time gives no place, nor one that came within `first_grace` and has not
  // asked yet: whoever comes in a crowd is answered, if by a 503.
  std::chrono::milliseconds idle_grace{0};
  std::chrono::milliseconds first_grace{0};
  // What all connections keep of requests that are not whole and of answers that are not taken, together;
  // over it those of whoever keeps the most are closed.
  std::size_t waiting_bytes = std::size_t{64} << 20;
  std::chrono::milliseconds header_timeout{10'000};  // first byte of a request to its last (408)
  std::chrono::milliseconds idle_timeout{75'000};    // between requests
  std::chrono::milliseconds write_timeout{10'000};   // a reader that takes nothing for so long is dropped
};

}  // namespace buttond::http
