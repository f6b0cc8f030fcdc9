#include "tests/fuzz/journal_input.hpp"

#include "common/checksum.hpp"

#include <algorithm>
#include <array>

namespace buttond::testing {
namespace {

template <class T>
void put_where_nought(std::string& bytes, std::size_t offset, T right) {
  if (number_at<T>(bytes, offset) == 0) std::memcpy(bytes.data() + offset, &right, sizeof right);
}

/// See tally_sheet.hpp.
std::string sheet_of(std::string_view input) {
  std::string head(input.substr(0, sheet_head_of_input));
  std::string rest(input.substr(sheet_head_of_input));
  const std::size_t records =
      std::min(std::size_t{number_at<std::uint32_t>(head, 12)} * sheet_record_bytes, rest.size());
  put_where_nought(head, 16, static_cast<std::uint32_t>(rest.size() - records));
  put_where_nought(head, 64, short_checksum(std::string_view(head).substr(0, 64)));

  const std::string keys = rest.substr(records);
  for (std::size_t at = 0; at + sheet_record_bytes <= records; at += sheet_record_bytes) {
    const auto offset = number_at<std::uint32_t>(rest, at + 32);
    const auto length = number_at<std::uint32_t>(rest, at + 36);
    if (offset > keys.size()) continue;
    const auto key = std::string_view(keys).substr(offset, length);
    put_where_nought(rest, at, short_checksum(key) + (std::uint64_t{offset} << 32U) + length);
  }
  return head.append(sheet_head_bytes - sheet_head_of_input, '\0').append(rest);
}

constexpr std::size_t deltas_head_bytes = 152;
constexpr std::size_t entry_head_bytes = 28;

/// Puts how many entries there are, and what they count.
void put_sums(std::string& head, std::string_view entries) {
  std::uint64_t links = 0;
  std::array<std::uint64_t, 3> sums{};
  while (entries.size() >= entry_head_bytes) {
    ++links;
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += number_at<std::uint64_t>(entries, 8 * i);
    const std::size_t size = entry_head_bytes + number_at<std::uint32_t>(entries, 24);
    entries.remove_prefix(std::min(size, entries.size()));
  }
  put_where_nought(head, 88, links);
  put_where_nought(head, 96, std::uint64_t{1});
  for (std::size_t i = 0; i < sums.size(); ++i) put_where_nought(head, 104 + 8 * i, sums[i]);
}

std::uint64_t sum_of(std::string_view first, std::string_view second) {
  long_checksum sum;
  sum.add(first);
  sum.add(second);
  return sum.value();
}

/// See deltas_file.hpp.
std::string deltas_of(std::string_view input) {
  std::string head(input.substr(0, deltas_head_bytes));
  const auto rest = input.substr(deltas_head_bytes);
  const std::size_t absorbed =
      std::min(std::size_t{number_at<std::uint32_t>(head, 12)} * sizeof(std::int64_t), rest.size());
  const auto entries = rest.substr(absorbed);
  put_sums(head, entries);
  put_where_nought(head, 128, std::uint64_t{entries.size()});
  put_where_nought(head, 136, sum_of(entries, {}));
  put_where_nought(head, 144, sum_of(std::string_view(head).substr(0, 144), rest.substr(0, absorbed)));
  return head.append(rest);
}

}  // namespace

std::string journal_file_of(std::string_view input) {
  if (input.starts_with("BTNDTALY") && input.size() >= sheet_head_of_input) return sheet_of(input);
  if (input.starts_with("BTNDDLTS") && input.size() >= deltas_head_bytes) return deltas_of(input);
  return std::string(input);
}

}  // namespace buttond::testing
