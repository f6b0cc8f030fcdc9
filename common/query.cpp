#include "common/query.hpp"

#include "common/ascii.hpp"
#include "common/percent_encoding.hpp"

#include <algorithm>

namespace buttond {
namespace {

bool is_raw_url(std::string_view value) noexcept {
  return starts_with_ignoring_case(value, "http://") || starts_with_ignoring_case(value, "https://");
}

std::size_t parameter_size(std::string_view text) noexcept {
  return std::min(text.find('&'), text.size());
}

std::size_t name_size(std::string_view text) noexcept {
  return size_until(text, '=', '&');
}

}  // namespace

query_reader::query_reader(std::string_view query, std::span<const std::string_view> known,
                           std::span<char> scratch) noexcept
    : rest_(query), known_(known), scratch_(scratch) {}

bool query_reader::next(query_parameter& parameter) noexcept {
  while (rest_.starts_with('&')) rest_.remove_prefix(1);
  if (rest_.empty()) return false;

  const std::string_view name = take(name_size(rest_));
  parameter.name = keep(decode(name));
  if (rest_.starts_with('=')) rest_.remove_prefix(1);
  parameter.value = is_raw_url(rest_) ? take(raw_value_size()) : keep(decode(take(parameter_size(rest_))));
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
    const std::string_view name = decode(following.substr(0, name_size(following)));
    if (std::ranges::find(known_, name) != known_.end()) break;
    size += 1 + parameter_size(following);
  }
  return size;
}

std::string_view query_reader::decode(std::string_view text) const noexcept {
  if (size_until(text, '%', '+') == text.size()) return text;
  return {scratch_.data(), decode_percent(text, plus_sign::as_space, scratch_.data())};
}

std::string_view query_reader::keep(std::string_view text) noexcept {
  if (text.data() == scratch_.data()) scratch_ = scratch_.subspan(text.size());
  return text;
}

}  // namespace buttond
