#include "common/query.hpp"

#include "common/ascii.hpp"
#include "common/byte_block.hpp"
#include "common/percent_encoding.hpp"

#include <algorithm>
#include <bit>
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
  bool is_encoded = false;
  std::size_t size = 0;
  for (;;) {
    const std::string_view rest(text.data() + size, text.size() - size);
    const bool last = rest.size() < byte_block::size;
    const byte_block block = last ? byte_block::padded(rest) : byte_block(rest.data());
    const std::uint32_t ends = block.equal_to('&') | block.equal_to(separator);
    const std::uint32_t escapes = block.equal_to('%') | block.equal_to('+');
    is_encoded |= (escapes & (ends - 1) & ~ends) != 0;  // those before the first end
    if (ends != 0) return {size + static_cast<std::size_t>(std::countr_zero(ends)), is_encoded};
    if (last) return {text.size(), is_encoded};
    size += byte_block::size;
  }
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
