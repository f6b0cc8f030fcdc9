#include "button/impressions/journal_files.hpp"

#include "button/impressions/possible.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace buttond {
namespace {

constexpr std::string_view sheet_prefix = "sheet-";
constexpr std::string_view deltas_prefix = "deltas-";
constexpr std::string_view batches_infix = ".batches-";
constexpr std::string_view brought_prefix = "brought-";
constexpr std::size_t node_bytes = 16;
constexpr std::size_t sum_digits = 32;

bool is_hexadecimal(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// Of a batch; empty where it is not known.
bool is_sum(std::string_view text) noexcept {
  return text.empty() || (text.size() == sum_digits && is_hexadecimal(text));
}

/// Takes `what` off the beginning of `rest`, where it is there.
bool take(std::string_view& rest, std::string_view what) noexcept {
  if (!rest.starts_with(what)) return false;
  rest.remove_prefix(what.size());
  return true;
}

/// Takes a number off the beginning of `rest`, as we write it.
bool take(std::string_view& rest, std::int64_t& number) noexcept {
  if (rest.size() > 1 && rest[0] == '0' && rest[1] >= '0' && rest[1] <= '9') return false;
  const auto [end, failure] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  if (failure != std::errc() || number < 0 || number > greatest_possible) return false;
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  return true;
}

std::optional<numbered_batches> read_batches(std::string_view rest) {
  numbered_batches read;
  std::int64_t first = 0;
  if (!take(rest, first) || !take(rest, "-") || !take(rest, read.last) || !take(rest, "-"))
    return std::nullopt;
  if (first < 1 || read.last < first || read.last - first >= most_possible_batches || !is_sum(rest))
    return std::nullopt;
  read.after = {first - 1, std::string(rest)};
  return read;
}

}  // namespace

std::string sheet_name(file_number number) {
  return fmt::format("{}{}", sheet_prefix, number);
}

std::string deltas_name(file_number number) {
  return fmt::format("{}{}", deltas_prefix, number);
}

std::string deltas_name(file_number number, const numbered_batches& batches) {
  return fmt::format("{}{}{}{}-{}-{}", deltas_prefix, number, batches_infix, batches.first(), batches.last,
                     batches.after.sum);
}

std::string brought_name(const batch_mark& mark) {
  return fmt::format("{}{}-{}", brought_prefix, mark.number, mark.sum);
}

journal_file read_journal_name(std::string_view name) {
  using enum journal_file::kind;
  if (name.ends_with(".tmp")) return {unfinished, 0, {}, {}};
  journal_file read;
  if (take(name, sheet_prefix)) {
    if (take(name, read.number) && name.empty()) read.what = sheet;
  } else if (take(name, deltas_prefix)) {
    if (!take(name, read.number)) return read;
    const bool tried = take(name, batches_infix);
    if (tried) read.batches = read_batches(name);
    if (tried ? read.batches.has_value() : name.empty()) read.what = deltas;
  } else if (take(name, brought_prefix)) {
    if (!take(name, read.mark.number) || !take(name, "-") || !is_sum(name)) return read;
    read.mark.sum = name;
    read.what = brought;
  }
  return read;
}

std::string make_node_name() {
  std::array<unsigned char, node_bytes> bytes;
  randombytes_buf(bytes.data(), bytes.size());
  std::array<char, 2 * node_bytes + 1> text;
  return sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
}

bool is_node_name(std::string_view name) noexcept {
  return name.size() == 2 * node_bytes && is_hexadecimal(name);
}

}  // namespace buttond
