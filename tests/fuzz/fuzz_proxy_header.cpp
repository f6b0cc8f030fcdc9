// Any bytes as a PROXY header: what it takes is a part of the input and does not depend on what follows, all
// of it is waited for and no more, what is bad stays bad, and both versions name a client alike.

#include "button/http/proxy_protocol.hpp"
#include "tests/fuzz/require.hpp"

#include <arpa/inet.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace buttond::http {
namespace {

using state = proxy_header::state;

/// The line of version 1 that names `client`.
std::string version_1_of(const address_bytes& client) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const auto four = ipv4_of(client);
  if (four)
    ::inet_ntop(AF_INET, &*four, text.data(), text.size());
  else
    ::inet_ntop(AF_INET6, client.data(), text.data(), text.size());
  const std::string address(text.data());
  return std::string(four ? "PROXY TCP4 " : "PROXY TCP6 ") + address + " " + address + " 65535 0\r\n";
}

/// The bytes of version 2 that name `client`.
std::string version_2_of(const address_bytes& client) {
  using namespace std::string_literals;
  std::string header = "\r\n\r\n\0\r\nQUIT\n\x21\x21\0\x24"s;
  const std::string_view address(reinterpret_cast<const char*>(client.data()), client.size());
  return header.append(address).append(address).append("\1\2\3\4");
}

void check_client(const address_bytes& client) {
  for (const auto& header : {version_1_of(client), version_2_of(client)}) {
    const auto read = parse_proxy_header(header);
    require(read.is == state::complete && read.size == header.size(), "a header that names a client is one");
    require(read.client == client, "both versions name a client alike");
  }
}

void check_complete(std::string_view input, const proxy_header& header) {
  require(header.size > 0 && header.size <= input.size() && header.size <= max_proxy_header_bytes,
          "a header is a part of its input");
  const auto alone = parse_proxy_header(input.substr(0, header.size));
  require(alone.is == state::complete && alone.size == header.size && alone.client == header.client,
          "what follows a header does not change it");
  for (std::size_t size = 0; size < header.size; ++size)
    require(parse_proxy_header(input.substr(0, size)).is == state::incomplete, "a header is waited for");
  if (header.client) check_client(*header.client);
}

}  // namespace
}  // namespace buttond::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace buttond::http;
  using buttond::require;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto header = parse_proxy_header(input);
  switch (header.is) {
    case state::complete:
      check_complete(input, header);
      break;
    case state::incomplete:
      require(size < max_proxy_header_bytes, "nobody waits for more than the longest header");
      break;
    case state::bad:
      require(parse_proxy_header(std::string(input) + "\r\n").is == state::bad, "what is bad stays bad");
      break;
  }
  return 0;
}
