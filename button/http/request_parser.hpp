#pragma once
// Bytes to a request, without a copy and without an allocation: plain_head for what browsers send, Beast's
// grammar (basic_parser, storage-free) for all else; and on top of both what RFC 9112 leaves to a server: one
// valid Host, no Transfer-Encoding, no body where none is due, the limit. Whatever two parsers could read in
// two ways is refused. Stateless: input that is not complete is parsed again, from its start, when more of it
// arrived.

#include "button/http/forwarded.hpp"
#include "button/http/limits.hpp"
#include "button/http/request.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace buttond::http {

struct parsed {
  enum class state : std::uint8_t {
    complete,    // `into` is filled; it took `size` bytes of the input
    incomplete,  // ask again with more; with at least `size` bytes where that is known (else 0)
    refused      // answer `status`, `reason`, and close
  };
  state is = state::incomplete;
  std::size_t size = 0;
  std::uint16_t status = 0;
  std::string_view reason;        // a sentence for the client's developer
  bool expects_continue = false;  // incomplete: the client waits for "100 Continue" before it sends the body
  bool unread_body = false;       // complete, but its body was not read: the connection must close
};

/// Parses the first request of `input`. Views in `into` and `forwarded` point into `input`. In a refused
/// request `into.verb` is right where the request line was readable.
parsed parse_request(std::string_view input, const limits& limit, request& into, forwarded_lines& forwarded);

/// The same by Beast alone, whatever the request: slower, and what parse_request is compared with.
parsed parse_any_request(std::string_view input, const limits& limit, request& into,
                         forwarded_lines& forwarded);

}  // namespace buttond::http
