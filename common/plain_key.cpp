#include "common/plain_key.hpp"

#include "common/byte_block.hpp"
#include "common/host_name.hpp"
#include "common/url_key.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace buttond {
namespace {

constexpr std::size_t longest_host = 63;  // so that no label is too long, and a mask has a bit for each byte

template <std::size_t Size>
bool take_prefix(std::string_view& text, const char (&prefix)[Size]) noexcept {
  constexpr std::size_t length = Size - 1;  // known here, so that the comparison is one instruction
  if (text.size() < length || std::memcmp(text.data(), prefix, length) != 0) return false;
  text.remove_prefix(length);
  return true;
}

/// The size of the host name that `text` begins with: one that its key begins with too. 0 where there is
/// none.
std::size_t plain_host_size(std::string_view text) noexcept {
  std::size_t size = 0;
  std::uint64_t dots = 0;
  for_each_block(
      text.substr(0, longest_host + 1), [&](const byte_block& block, std::uint32_t valid, std::size_t at) {
        const std::uint32_t name =
            valid & (block.small_letters_and_digits() | block.in_range('-', '.') | block.equal_to('_'));
        size = at + prefix_of(name);
        dots |= std::uint64_t{block.equal_to('.')} << at;
        return name == byte_block::all;
      });
  if (size == 0 || size > longest_host || (size < text.size() && text[size] != '/')) return 0;
  dots &= (std::uint64_t{1} << size) - 1;
  const std::uint64_t edges = 1 | (std::uint64_t{1} << (size - 1));
  const bool has_empty_label = (dots & ((dots << 1) | edges)) != 0;
  if (dots == 0 || has_empty_label) return 0;
  // A top level that begins with a letter is no number, so this is no IP address.
  const char top_level = text[static_cast<std::size_t>(std::bit_width(dots))];
  if (top_level < 'a' || top_level > 'z' || is_private_name(text.substr(0, size))) return 0;
  return size;
}

/// Whether `path` is written as it is: it has no escape, nothing to be escaped, and no dot segment.
bool is_plain_path(std::string_view path) noexcept {
  bool plain = true;
  std::uint32_t after_slash = 0;  // bit 0: the block before ended in a slash
  for_each_block(path, [&](const byte_block& block, std::uint32_t valid, std::size_t) {
    const std::uint32_t kept = block.in_range('a', 'z') | block.in_range('A', 'Z') |
                               block.in_range('&', ':') | block.equal_to('_') | block.equal_to('~');
    const std::uint32_t slashes = block.equal_to('/');
    const std::uint32_t segments = (slashes << 1) | after_slash;
    after_slash = slashes >> (byte_block::size - 1);
    plain = (kept & valid) == valid && (segments & block.equal_to('.')) == 0;
    return plain;
  });
  return plain;
}

}  // namespace

std::string_view plain_key(std::string_view url) noexcept {
  if (url.size() > max_url_bytes) return {};
  std::string_view key = url;
  if (!take_prefix(key, "https://") && !take_prefix(key, "http://")) return {};
  if (take_prefix(key, "www.") && key.starts_with("www.")) return {};
  const std::size_t host_size = plain_host_size(key);
  if (host_size == 0 || !is_plain_path(key.substr(host_size))) return {};
  while (key.back() == '/') key.remove_suffix(1);
  return key;
}

}  // namespace buttond
