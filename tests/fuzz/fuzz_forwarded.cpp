// Any bytes as trusted networks (the first line, separated by blanks) and as lines of X-Forwarded-For (the
// others): a network holds the addresses that begin with its bits and no others, the client is who a plain
// reading from the right comes to, on one line as on several, and nobody left of him is heard.

#include "button/http/forwarded.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buttond::http {
namespace {

/// What stands before the first `separator` of `rest`, which loses both.
std::string_view take_until(char separator, std::string_view& rest) {
  const auto end = std::min(rest.find(separator), rest.size());
  const auto taken = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return taken;
}

/// Holds what `text` was read as against the text itself.
void check_network(std::string_view text, const network& read) {
  auto bits_text = text;
  const auto address_text = take_until('/', bits_text);
  const auto address = parse_address(address_text);
  require(address.has_value(), "a network begins with an address");
  const bool four = address_text.find(':') == std::string_view::npos;
  unsigned bits = four ? 32 : 128;
  if (address_text.size() < text.size())
    std::from_chars(bits_text.data(), bits_text.data() + bits_text.size(), bits);
  if (four) bits += 96;
  require(bits <= 128, "a network has no more bits than an address");
  require(read.contains(*address), "a network contains the address that it is written with");
  for (unsigned bit = 0; bit < 128; ++bit) {
    auto other = *address;
    other[bit / 8] = static_cast<std::uint8_t>(other[bit / 8] ^ (0x80U >> (bit % 8)));
    require(read.contains(other) == (bit >= bits), "a network is the addresses that begin with its bits");
  }
}

std::optional<address_bytes> client_of(std::string_view line, const std::vector<network>& trusted) {
  forwarded_lines lines;
  lines.add(line);
  return forwarded_client(lines, trusted);
}

std::vector<std::string_view> entries_of(std::string_view line) {
  std::vector<std::string_view> entries;
  while (!line.empty()) {
    auto entry = take_until(',', line);
    const auto first = entry.find_first_not_of(" \t");
    if (first == std::string_view::npos) continue;
    entries.push_back(entry.substr(first, entry.find_last_not_of(" \t") - first + 1));
  }
  return entries;
}

/// An address alone, an IPv4 one with a port, or one in brackets with a port or without.
std::optional<address_bytes> address_of(std::string_view entry) {
  if (const auto alone = parse_address(entry)) {
    require(entry.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos,
            "an address is all of its text");
    return alone;
  }
  auto rest = entry;
  if (!entry.starts_with('['))
    return std::ranges::count(entry, ':') == 1 ? parse_address(take_until(':', rest)) : std::nullopt;
  const auto inner = take_until(']', rest).substr(1);
  const bool closed = entry.find(']') != std::string_view::npos;
  return closed && (rest.empty() || rest.starts_with(':')) ? parse_address(inner) : std::nullopt;
}

std::optional<address_bytes> read_plainly(std::string_view line, const std::vector<network>& trusted) {
  const auto entries = entries_of(line);
  std::optional<address_bytes> client;
  for (auto at = entries.rbegin(); at != entries.rend(); ++at) {
    client = address_of(*at);
    if (!client || !is_in(trusted, *client)) break;
  }
  return client;
}

/// `joined` are all the lines that were kept, as one.
void check_client(const forwarded_lines& lines, const std::string& joined,
                  const std::vector<network>& trusted) {
  const auto client = forwarded_client(lines, trusted);
  require(client_of(joined, trusted) == client, "a list means the same on one line as on several");
  require(read_plainly(joined, trusted) == client,
          "the client is the first from the right who is not trusted");

  constexpr std::string_view stranger = "203.0.113.77";
  const auto address = *parse_address(stranger);
  if (is_in(trusted, address)) return;
  const auto with_stranger = client_of(std::string(stranger) + "," + joined, trusted);
  const bool any = joined.find_first_not_of(", \t") != std::string::npos;
  const bool all_trusted = client ? is_in(trusted, *client) : !any;
  require(with_stranger == (all_trusted ? address : client),
          "only what is right of the first address that is not trusted is heard");
}

}  // namespace
}  // namespace buttond::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace buttond::http;
  using buttond::network;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  std::vector<network> trusted;
  for (auto networks = take_until('\n', rest); !networks.empty();) {
    const auto text = take_until(' ', networks);
    const auto read = network::parse(text);
    if (!read) continue;
    check_network(text, *read);
    trusted.push_back(*read);
  }
  forwarded_lines lines;
  std::string joined;
  while (!rest.empty()) lines.add(take_until('\n', rest));
  for (std::size_t back = lines.size(); back-- > 0;) joined.append(",").append(lines.from_end(back));
  check_client(lines, joined, trusted);
  return 0;
}
