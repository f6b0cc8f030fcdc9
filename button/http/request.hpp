#pragma once
// A request as the parser leaves it: views into the connection's input, valid until the handler returns.

#include "common/clock.hpp"
#include "common/network.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace buttond::http {

enum class method : std::uint8_t { get, head, post, options, other };

struct request {
  method verb = method::get;
  bool http11 = true;
  bool keep_alive = true;
  std::string_view target;  // as sent
  std::string_view path;    // absolute-form reduced to its path; not decoded
  std::string_view query;   // without '?'
  std::string_view host;
  std::string_view user_agent;
  std::string_view accept_encoding;
  std::string_view accept_language;
  std::string_view authorization;
  std::string_view content_type;
  std::string_view if_none_match;
  std::string_view if_modified_since;
  std::string_view range;
  std::string_view sec_purpose;  // Sec-Purpose, else X-Sec-Purpose, Purpose, X-Purpose or X-Moz
  std::string_view sec_fetch_dest;
  std::string_view sec_fetch_site;
  std::string_view body;
  bool do_not_track = false;  // Sec-GPC: 1 or DNT: 1
  monotonic_time received;    // when the last of it was read
  /// The reader's address where it is known: from the PROXY protocol, or X-Forwarded-For of a trusted proxy.
  std::optional<address_bytes> client;
};

}  // namespace buttond::http
