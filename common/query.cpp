#include "common/query.hpp"

#include "common/ascii.hpp"
#include "common/byte_block.hpp"
#include "common/percent_encoding.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace buttond {
namespace {

bool is_raw_url(std::string_view value) noexcept {
  // An encoded one, which most are, has no colon here.
  if (value.size() < 6 || (value[4] != ':' && value[5] != ':')) return false;
  return starts_with_ignoring_case(value, "http://") || starts_with_ignoring_case(value, "https://");
}

std::size_t parameter_size(std::string_view text) noexcept {
  return std::min(text.find('&'), text.size());
}

/// What a text begins with up to a separator.
struct piece {
  std::size_t size;
  bool is_encoded;  // it has a '%' or a '+'
};

/// What `text` begins with up to its first '&' or `separator`; all of it where it has neither.
piece piece_until(char separator, std::string_view text) noexcept {
  piece found{0, false};
  for_each_block(text, [&](const byte_block& block, std::uint32_t valid, std::size_t at) {
    const std::uint32_t ends = block.equal_to('&') | block.equal_to(separator);
    const std::uint32_t escapes = block.equal_to('%') | block.equal_to('+');
    const std::size_t size = prefix_of(valid & ~ends);
    found.is_encoded |= (escapes & first_bytes(size)) != 0;
    found.size = at + size;
    return size == byte_block::size;
  });
  return found;
}

}  // namespace

query_reader::query_reader(std::string_view query, std::span<const std::string_view> known,
                           std::span<char> scratch) noexcept
    : rest_(query), known_(known), scratch_(scratch) {}

bool query_reader::next(query_parameter& parameter) noexcept {
  while (rest_.starts_with('&')) rest_.remove_prefix(1);
  if (rest_.empty()) return false;

  parameter.name = take_decoded('=');
  if (rest_.starts_with('=')) rest_.remove_prefix(1);
  parameter.value = is_raw_url(rest_) ? take(raw_value_size()) : take_decoded('&');
  return true;
}

std::string_view query_reader::take(std::size_t size) noexcept {
  const std::string_view taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

std::size_t query_reader::raw_value_size() const noexcept {
  std::size_t size = parameter_size(rest_);
  while (size < rest_.size()) {
    const std::string_view following = rest_.substr(size + 1);
    const piece name_piece = piece_until('=', following);
    const std::string_view name = decoded(following.substr(0, name_piece.size), name_piece.is_encoded);
    if (std::ranges::find(known_, name) != known_.end()) break;
    size += 1 + parameter_size(following);
  }
  return size;
}

std::string_view query_reader::decoded(std::string_view text, bool is_encoded) const noexcept {
  if (!is_encoded) return text;
  return {scratch_.data(), decode_percent(text, plus_sign::as_space, scratch_.data())};
}

std::string_view query_reader::take_decoded(char separator) noexcept {
  const piece taken = piece_until(separator, rest_);
  const std::string_view text = decoded(take(taken.size), taken.is_encoded);
  if (taken.is_encoded) scratch_ = scratch_.subspan(text.size());
  return text;
}

}  // namespace buttond
