#include "button/store/waiting_batches.hpp"

#include "button/store/batch_parts.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace buttond {
namespace {

using namespace std::chrono_literals;

constexpr auto long_gap = 1h;

}  // namespace

result<std::vector<waiting_node>> waiting_batches::read(std::size_t most, std::string& why) {
  const auto reply =
      client_.read({{"distinct", batches_collection}, {"key", "node"}}, mongodb_read::committed, why);
  if (!reply) return reply.error();
  const auto names = bson_view{*reply}.texts("values");
  const auto from_each = most / std::max<std::size_t>(names.size(), 1) + 1;
  std::vector<waiting_node> nodes;
  for (const auto name : names) {
    if (!valid_node(name)) continue;  // not of buttond's making
    waiting_node node{.name = std::string{name}, .batches = {}};
    const auto read = client_.find(
        batches_collection, {{"node", name}},
        {{"projection", waiting_projection()},
         {"sort", bson_document{{"node", 1}, {"number", 1}}},
         {"limit", from_each}},
        mongodb_read::committed, [&](bson_view b) { node.batches.push_back(read_waiting(b)); }, why);
    if (!read) return read.error();
    node.has_more = node.batches.size() == from_each;
    if (!node.batches.empty()) nodes.push_back(std::move(node));
  }
  return nodes;
}

result<void> waiting_batches::report(const std::vector<waiting_node>& nodes, const fold_marks& marks,
                                     wall_time now, fold_report& report, std::string& why) {
  const bson_document any_node{{"node", bson_document{{"$gte", ""}}}};  // counted in the index
  const auto count =
      client_.read({{"count", batches_collection}, {"query", any_node}}, mongodb_read::newest, why);
  if (!count) return count.error();
  report.waiting = bson_view{*count}.number("n");

  const auto rest = choose_batches(nodes, marks);
  for (const auto* waits : {&rest.take, &rest.gaps})
    for (const auto& b : *waits) {
      const auto age = std::chrono::floor<std::chrono::milliseconds>(now - b.at);
      report.oldest = std::max(report.oldest.value_or(std::chrono::milliseconds::zero()), age);
    }
  const auto is_long = [&](const waiting_batch& b) { return b.at < now - long_gap; };
  report.gaps = std::count_if(rest.gaps.begin(), rest.gaps.end(), is_long);
  if (report.gaps != 0) warn_of_gap(*std::find_if(rest.gaps.begin(), rest.gaps.end(), is_long), report.gaps);
  return {};
}

void waiting_batches::warn_of_gap(const waiting_batch& gap, std::int64_t gaps) {
  const auto suppressed = gap_log_.due(std::chrono::steady_clock::now());
  if (!suppressed) return;
  const auto accept = fmt::format(
      "db.fold.updateOne({{_id: \"fold\"}}, {{$set: {{\"marks.{}\": {{number: NumberLong({}), sum: "
      "\"\", at: new Date()}}}}}})",
      gap.node, gap.after.number);
  spdlog::error(
      "store {}: {} batches have waited for more than an hour for the one before them: batch {} of node {} "
      "for its batch {}. Start buttond on the data directory that still has that one. If it is gone for "
      "good, or was counted before the collection `fold` was dropped, say so in mongosh: {}{}",
      client_.name(), gaps, gap.number, gap.node, gap.after.number, accept, and_more(*suppressed));
}

}  // namespace buttond
