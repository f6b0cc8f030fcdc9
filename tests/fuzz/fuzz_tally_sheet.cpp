// Any bytes as the file of a tally sheet (journal_input.hpp): what a record counts is either its link's or
// told as damaged, keys are of the file, and counted anew into another sheet it is the same.

#include "button/impressions/possible.hpp"
#include "button/impressions/tally_sheet.hpp"
#include "tests/fuzz/journal_input.hpp"
#include "tests/fuzz/memory_file.hpp"
#include "tests/fuzz/require.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace buttond::testing {
namespace {

using counts_by_key = std::map<std::string, event_totals, std::less<>>;

/// What all records of the file say, whole or not; no more than possible.
event_totals sum_of_records(std::string_view file) {
  event_totals sum;
  const std::size_t records = number_at<std::uint32_t>(file, 12);
  for (std::size_t i = 0; i < records; ++i) {
    const std::size_t at = sheet_head_bytes + i * sheet_record_bytes;
    add_possible(sum, {number_at<std::uint64_t>(file, at + 8), number_at<std::uint64_t>(file, at + 16),
                       number_at<std::uint64_t>(file, at + 24)});
  }
  return sum;
}

event_totals read_links(const sheet_view& sheet, std::string_view file, counts_by_key& links) {
  return sheet.for_each([&](std::string_view key, const event_totals& counts) {
    require(!key.empty() && key.data() >= file.data() + sheet_head_bytes &&
                key.data() + key.size() <= file.data() + file.size(),
            "a key is of the file");
    require(counts != event_totals{}, "a record that is there counts something");
    links[std::string(key)] += counts;
  });
}

/// Counts `links` into a sheet that has just room for them.
void check_counted_anew(const counts_by_key& links) {
  sheet_size size{static_cast<std::uint32_t>(links.size()), 0};
  for (const auto& [key, counts] : links) size.key_bytes += static_cast<std::uint32_t>(key.size());
  size.key_bytes = (size.key_bytes + 7) / 8 * 8;
  const auto sheet = tally_sheet::in_memory(size);
  require(sheet != nullptr, "there is memory for a sheet");
  static const fingerprinter fingerprint_of;
  for (const auto& [key, counts] : links)
    for (const auto kind : {event_kind::impression, event_kind::click, event_kind::share})
      require(sheet->add(kind, fingerprint_of(key), key, counts[kind]), "a sheet has room for its links");

  counts_by_key again;
  const auto damaged = sheet->view().for_each(
      [&](std::string_view key, const event_totals& counts) { again[std::string(key)] += counts; });
  require(damaged == event_totals{} && again == links, "what is counted anew is the same");
}

void check(std::string_view input) {
  static memory_file on_disk;
  const auto file = journal_file_of(input);
  on_disk.replace(file);
  const auto read = read_sheet_file(on_disk.path());
  const auto sheet = sheet_view::parse(file, {});
  require(read.has_value() == sheet.has_value() && (!read || *read == file),
          "a file is read where it is a sheet");
  if (!sheet) {
    require(sheet.error() == read.error(), "a file is no sheet for one reason");
    return;
  }
  counts_by_key links;
  auto sum = read_links(*sheet, file, links);
  require(is_possible({}, sum), "what is damaged is told as a number that is possible");
  event_totals whole;
  for (const auto& [key, counts] : links) {
    require(is_possible(whole, counts), "what a sheet counts is possible");
    whole += counts;
  }
  add_possible(sum, whole);
  require(sum == sum_of_records(file), "a count is its link's, or damaged");
  check_counted_anew(links);
}

}  // namespace
}  // namespace buttond::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buttond::testing::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
