#pragma once
// The statuses that buttond answers, each with the line that says it and, where the engine itself refuses
// requests with it, the code of that error. The metrics count by this table.
// Source: RFC 9110 section 15, RFC 6585 section 5.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace buttond::http {

struct status {
  std::uint16_t code;
  std::string_view line;
  std::string_view refusal = "bad_request";
};

/// Those of most answers first: they are looked for in this order.
inline constexpr std::array statuses{
    status{200, "HTTP/1.1 200 OK\r\n"},
    status{304, "HTTP/1.1 304 Not Modified\r\n"},
    status{204, "HTTP/1.1 204 No Content\r\n"},
    status{302, "HTTP/1.1 302 Found\r\n"},
    status{400, "HTTP/1.1 400 Bad Request\r\n"},
    status{401, "HTTP/1.1 401 Unauthorized\r\n"},
    status{403, "HTTP/1.1 403 Forbidden\r\n"},
    status{404, "HTTP/1.1 404 Not Found\r\n"},
    status{405, "HTTP/1.1 405 Method Not Allowed\r\n"},
    status{406, "HTTP/1.1 406 Not Acceptable\r\n"},
    status{408, "HTTP/1.1 408 Request Timeout\r\n", "request_timeout"},
    status{410, "HTTP/1.1 410 Gone\r\n"},
    status{413, "HTTP/1.1 413 Content Too Large\r\n", "body_too_large"},
    status{414, "HTTP/1.1 414 URI Too Long\r\n", "target_too_long"},
    status{421, "HTTP/1.1 421 Misdirected Request\r\n", "misdirected"},
    status{431, "HTTP/1.1 431 Request Header Fields Too Large\r\n", "fields_too_large"},
    status{503, "HTTP/1.1 503 Service Unavailable\r\n", "overloaded"},
    status{505, "HTTP/1.1 505 HTTP Version Not Supported\r\n", "http_version"},
};

/// Where `code` stands in the table; its size where it does not.
constexpr std::size_t status_index(std::uint16_t code) noexcept {
  return static_cast<std::size_t>(std::ranges::find(statuses, code, &status::code) - statuses.begin());
}

/// Some of the table, a bit each.
using status_set = std::uint32_t;
static_assert(statuses.size() <= 32);

/// What is not in the table does not compile.
consteval status_set set_of(std::initializer_list<std::uint16_t> codes) {
  status_set set = 0;
  for (const std::uint16_t code : codes) {
    const std::size_t index = status_index(code);
    static_cast<void>(statuses.at(index));
    set |= status_set{1} << index;
  }
  return set;
}

constexpr bool has(status_set set, std::size_t status_number) noexcept {
  return (set >> status_number & 1U) != 0;
}

/// The code of the error with which the engine refuses a request.
constexpr std::string_view refusal_of(std::uint16_t code) noexcept {
  const std::size_t index = status_index(code);
  return index < statuses.size() ? statuses[index].refusal : "bad_request";
}

}  // namespace buttond::http
