#include "button/store/fold_sums.hpp"

#include "button/store/batch_document.hpp"
#include "tests/unit/batches.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <string>
#include <vector>

using namespace buttond;
using namespace buttond::testing;

namespace {

constexpr auto greatest = std::numeric_limits<std::int64_t>::max();

bson_document batch_of(const std::vector<link_delta>& links, std::optional<std::chrono::sys_days> day) {
  const auto made = test_node{"node-1"}.make(links, day);
  return batch_document(made.view());
}

bson_document item_of(const char* collection, const std::vector<link_delta>& links) {
  return {{"_id", "1"}, {"of", collection}, {"day", wall_time{a_day}}, {"links", link_documents(links)}};
}

using counts_by_id = std::vector<std::pair<std::string, tally>>;

counts_by_id counts(const fold_sums& sums, fold_target target) {
  counts_by_id found;
  for (const auto& sum : sums.sums(target)) found.emplace_back(sum.id, sum.counts);
  return found;
}

}  // namespace

TEST_CASE("A fold adds up what its batches have of a link", "[store]") {
  fold_sums sums;
  sums.add(batch_of({{"b.example/1", {1, 2, 0}}, {"b.example/2", {10, 0, 0}}}, a_day));
  sums.add(batch_of({{"a.example", {5, 0, 0}}, {"b.example/1", {100, 200, 0}}}, a_day));
  CHECK(counts(sums, fold_target::links) ==
        counts_by_id{{"a.example", {5, 0, 0}}, {"b.example/1", {101, 202, 0}}, {"b.example/2", {10, 0, 0}}});
}

TEST_CASE("A fold adds up sites and days, by the days of the batches", "[store]") {
  fold_sums sums;
  const std::vector<link_delta> links{{"a.example:81?q", {1, 0, 0}},
                                      {"b.example/1", {2, 1, 0}},
                                      {"b.example/2", {3, 0, 0}},
                                      {"a.example:81/x", {4, 0, 0}}};
  sums.add(batch_of(links, a_day));
  sums.add(batch_of({{"b.example", {7, 0, 0}}}, a_day + std::chrono::days{1}));
  sums.add(batch_of({{"b.example", {1, 1, 1}}}, std::nullopt));
  CHECK(counts(sums, fold_target::site_days) == counts_by_id{{"a.example:81|2026-11-23", {5, 0, 0}},
                                                             {"b.example|2026-11-23", {5, 1, 0}},
                                                             {"b.example|2026-11-24", {7, 0, 0}}});
  const auto first = sums.sums(fold_target::site_days).front();
  CHECK(first.site() == "a.example:81");
  CHECK(first.day == a_day);
}

TEST_CASE("Shares of a day are the day's alone, and those of an import the link's", "[store]") {
  fold_sums sums;
  sums.add(batch_of({{"a.example", {0, 0, 3}}, {"b.example", {1, 0, 4}}}, a_day));
  sums.add(batch_of({{"b.example", {0, 0, 20}}, {"c.example", {0, 0, 0}}}, std::nullopt));
  CHECK(counts(sums, fold_target::links) ==
        counts_by_id{{"b.example", {1, 0, 20}}, {"c.example", {0, 0, 0}}});
  CHECK(counts(sums, fold_target::site_days) ==
        counts_by_id{{"a.example|2026-11-23", {0, 0, 3}}, {"b.example|2026-11-23", {1, 0, 4}}});
}

TEST_CASE("What was refused counts for the collection that refused it", "[store]") {
  fold_sums sums;
  sums.add(item_of("links", {{"a.example", {1, 0, 9}}}));
  sums.add(item_of("site_days", {{"b.example", {2, 0, 9}}}));
  sums.add(item_of("batch", {{"c.example", {4, 0, 0}}}));
  CHECK(counts(sums, fold_target::links) == counts_by_id{{"a.example", {1, 0, 0}}, {"c.example", {4, 0, 0}}});
  CHECK(counts(sums, fold_target::site_days) ==
        counts_by_id{{"b.example|2026-11-23", {2, 0, 9}}, {"c.example|2026-11-23", {4, 0, 0}}});
}

TEST_CASE("A sum of a fold that does not fit stays at the greatest number", "[store]") {
  fold_sums sums;
  for (int twice = 0; twice < 2; ++twice) sums.add(batch_of({{"a.example", {greatest - 1, 1, 0}}}, a_day));
  CHECK(counts(sums, fold_target::links) == counts_by_id{{"a.example", {greatest, 2, 0}}});
  CHECK(counts(sums, fold_target::site_days) == counts_by_id{{"a.example|2026-11-23", {greatest, 2, 0}}});
}

TEST_CASE("What is no batch, no link or no count in a batch adds nothing", "[store]") {
  fold_sums sums;
  sums.add(bson_document{{"_id", "1"}});
  sums.add(bson_document{{"links", "none"}, {"day", 5}});
  const bson_document no_key{{"i", 1}};
  const bson_document no_text{{"k", 7}, {"i", 1}};
  const bson_document no_count{{"k", "a.example"}, {"i", "many"}, {"c", 2}};
  sums.add(bson_document{{"links", bson_array{"a.example", no_key, no_text, no_count}}});
  CHECK(counts(sums, fold_target::links) == counts_by_id{{"a.example", {0, 2, 0}}});
  CHECK(counts(sums, fold_target::site_days).empty());
}
