#pragma once
// Batches for the tests of stores, numbered, chained and summed as a node makes them.

#include "button/store/batch_parts.hpp"
#include "button/store/store.hpp"
#include "tests/unit/print_store.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace buttond::testing {

inline constexpr std::chrono::sys_days a_day = std::chrono::year{2026} / 11 / 23;

/// A batch that owns what it points to.
struct owned_batch {
  std::string node;
  std::int64_t number = 0;
  batch_mark after;
  std::string sum;
  std::optional<std::chrono::sys_days> day;
  wall_time closed_at;
  std::shared_ptr<std::deque<std::string>> keys = std::make_shared<std::deque<std::string>>();
  std::vector<link_delta> links;
  bool unread = false;

  batch view() const { return {node, number, after, sum, day, closed_at, links, unread}; }
};

class test_node {
 public:
  /// `seed` tells apart two processes under one name.
  explicit test_node(std::string name, std::string seed = "")
      : name_(std::move(name)), seed_(std::move(seed)) {}

  /// The next batch; nothing is brought.
  owned_batch make(const std::vector<link_delta>& links, std::optional<std::chrono::sys_days> day = a_day) {
    owned_batch made{
        .node = name_,
        .number = last_.number + 1,
        .after = last_,
        .sum = {},
        .day = day,
        .closed_at = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()),
        .links = {}};
    for (const auto& [key, delta] : links) made.links.push_back({made.keys->emplace_back(key), delta});
    made.sum = batch_sum(made.view(), seed_);
    last_ = {made.number, made.sum};
    return made;
  }

  /// Makes the next batch and brings it.
  result<bring_report> bring(store& to, const std::vector<link_delta>& links,
                             std::optional<std::chrono::sys_days> day = a_day) {
    const auto made = make(links, day);
    const batch one[]{made.view()};
    return to.bring(one);
  }

  /// This node as another process that goes on from here.
  test_node copy(std::string seed) const {
    auto other = *this;
    other.seed_ = std::move(seed);
    return other;
  }

  /// After a batch that could not be read.
  void forget_sum() { last_.sum.clear(); }

  const batch_mark& last() const noexcept { return last_; }

 private:
  std::string name_;
  std::string seed_;
  batch_mark last_;
};

inline result<bring_report> bring(store& to, const owned_batch& b) {
  const batch one[]{b.view()};
  return to.bring(one);
}

inline result<bring_report> bring(store& to, const std::vector<owned_batch>& all) {
  std::vector<batch> views;
  for (const auto& b : all) views.push_back(b.view());
  return to.bring(views);
}

/// An empty batch in the place of one that could not be read.
inline owned_batch unread_in_place_of(const owned_batch& lost) {
  auto filler = lost;
  filler.unread = true;
  filler.links.clear();
  filler.sum = batch_sum(filler.view(), "unread");
  return filler;
}

/// Folds until nothing is left that can be folded; what all the calls did, and what the last one left.
inline fold_report fold_all(store& in) {
  fold_report sum;
  for (int calls = 0; calls < 1'000; ++calls) {
    const auto report = in.fold(fold_turn::at_once);
    REQUIRE(report);
    const auto before = sum;
    sum = *report;
    sum.batches += before.batches;
    sum.links += before.links;
    sum.refused += before.refused;
    sum.repaired += before.repaired;
    if (report->batches == 0) break;
  }
  return sum;
}

/// What the store says of one key, all that waits being folded.
inline std::optional<tally> count_of(store& from, const std::string& key) {
  fold_all(from);
  const auto found = from.find(std::vector{key});
  REQUIRE(found);
  REQUIRE(found->size() == 1);
  return found->front();
}

inline std::vector<refused_item> refused_of(store& from) {
  std::vector<refused_item> items;
  REQUIRE(from.for_each_refused([&](const refused_item& item) { items.push_back(item); }));
  return items;
}

}  // namespace buttond::testing
