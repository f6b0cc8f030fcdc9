#include "common/query.hpp"

#include "common/ascii.hpp"
#include "common/byte_block.hpp"
#include "common/percent_encoding.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace buttond {
namespace {

// What others have always put behind a raw link, whose own parameters look no different. Any other name is
// more likely the link's: "color", "size", "id", "title".
constexpr auto names_after_any_link =
    std::to_array<std::string_view>({"text", "via", "count", "picture", "callback"});

// A link without a query has no parameters of its own, so here each name that any route knows is the route's.
constexpr auto names_after_plain_link = std::to_array<std::string_view>(
    {"_", "access_token", "edited", "form", "id", "label", "place", "placement", "server", "size", "source",
     "t", "title", "url", "utm_campaign", "utm_medium", "utm_source"});

bool is_raw_url(std::string_view value) noexcept {
  // An encoded one, which most are, has no colon here.
  if (value.size() < 6 || (value[4] != ':' && value[5] != ':')) return false;
  return starts_with_ignoring_case(value, "http://") || starts_with_ignoring_case(value, "https://");
}

/// Whether `value`, encoded or not, begins a link: then the "url" before it is no parameter of a raw link.
bool begins_link(std::string_view value) noexcept {
  std::array<char, std::string_view("https%3A").size()> scratch;
  const std::string_view head = value.substr(0, scratch.size());
  const std::string_view text(scratch.data(), decode_percent(head, plus_sign::as_space, scratch.data()));
  return starts_with_ignoring_case(text, "http:") || starts_with_ignoring_case(text, "https:");
}

bool ends_raw_link(std::string_view name, std::string_view value, bool has_query) noexcept {
  if (std::ranges::find(names_after_any_link, name) != names_after_any_link.end()) return true;
  if (has_query) return name == "url" && begins_link(value);
  return std::ranges::find(names_after_plain_link, name) != names_after_plain_link.end();
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

query_reader::query_reader(std::string_view query, std::span<char> scratch) noexcept
    : rest_(query), scratch_(scratch) {}

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
  bool has_query = rest_.substr(0, size).find('?') != std::string_view::npos;
  while (size < rest_.size()) {
    const std::string_view following = rest_.substr(size + 1);
    const piece name_piece = piece_until('=', following);
    const std::string_view name = decoded(following.substr(0, name_piece.size), name_piece.is_encoded);
    const std::string_view parameter = following.substr(0, parameter_size(following));
    const std::string_view value = parameter.substr(std::min(name_piece.size + 1, parameter.size()));
    if (ends_raw_link(name, value, has_query)) break;
    has_query = has_query || parameter.find('?') != std::string_view::npos;
    size += 1 + parameter.size();
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
