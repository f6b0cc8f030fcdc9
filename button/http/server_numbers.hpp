#pragma once
// What a server says of its connections.

#include <cstddef>
#include <cstdint>

namespace buttond::http {

struct server_numbers {
  std::size_t connections = 0;          // open now
  std::size_t connections_limit = 0;    // limits::connections
  std::size_t waiting_bytes = 0;        // what they keep
  std::size_t waiting_bytes_limit = 0;  // limits::waiting_bytes
  std::uint64_t closed_for_room = 0;    // idle ones, since others came
  std::uint64_t closed_for_memory = 0;  // those that kept the most
};

}  // namespace buttond::http
