// Any bytes as a file of deltas, or as a tally sheet that serves as one (journal_input.hpp): its links are in
// order, each once, with counts that a store can add; its head says what it holds; written anew it is the
// same; and merged with itself it counts twice.

#include "button/impressions/deltas_file.hpp"
#include "button/store/batch_parts.hpp"
#include "tests/fuzz/journal_input.hpp"
#include "tests/fuzz/memory_file.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <string>
#include <string_view>

namespace buttond::testing {
namespace {

bool same(const link_delta& left, const link_delta& right) {
  return left.key == right.key && left.delta == right.delta;
}

void check_links(const loaded_deltas& deltas) {
  const std::string_view bytes = deltas.bytes;
  for (const auto& link : deltas.links) {
    require(!link.key.empty() && link.key.data() >= bytes.data() &&
                link.key.data() + link.key.size() <= bytes.data() + bytes.size(),
            "a key is of the file");
    require(std::min({link.delta.impressions, link.delta.clicks, link.delta.shares}) >= 0,
            "a count is not negative");
  }
  require(std::ranges::adjacent_find(deltas.links, std::greater_equal<>(), &link_delta::key) ==
              deltas.links.end(),
          "links are in order, each once");
  const auto batches = cut_into_batches(deltas.links);
  require(std::accumulate(batches.begin(), batches.end(), std::size_t{0}) == deltas.links.size(),
          "batches hold all the links");
}

void check_written_anew(const loaded_deltas& deltas) {
  deltas_head head;
  head.node = node_of_input;
  head.seed = deltas.seed;
  const auto again = parse_deltas(encode_deltas(head, deltas.links), node_of_input);
  require(again.has_value(), "what is written can be read");
  require((*again)->seed == deltas.seed && std::ranges::equal((*again)->links, deltas.links, same),
          "what is written anew is the same");
}

void check_merged(const loaded_deltas& deltas) {
  const auto merged = merge_links(deltas.links, deltas.links);
  require(merged.size() == deltas.links.size(), "links that are merged stand there once");
  for (std::size_t i = 0; i < merged.size(); ++i) {
    auto twice = deltas.links[i];
    twice.delta += deltas.links[i].delta;
    require(same(merged[i], twice), "links that are merged count both");
  }
}

void check(std::string_view input) {
  static memory_file on_disk;
  const auto file = journal_file_of(input);
  const auto deltas = parse_deltas(file, node_of_input);
  if (!looks_like_sheet(file)) {
    on_disk.replace(file);
    const auto head = read_deltas_head(on_disk.path(), node_of_input);
    require(head.has_value() || !deltas, "a file that can be read has a head");
    require(!head || !deltas ||
                (head->links == (*deltas)->links.size() && head->totals == totals_of((*deltas)->links) &&
                 head->seed == (*deltas)->seed),
            "a head says what the file holds");
  }
  if (!deltas) return;
  check_links(**deltas);
  check_written_anew(**deltas);
  check_merged(**deltas);
}

}  // namespace
}  // namespace buttond::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buttond::testing::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
