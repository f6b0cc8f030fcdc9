#include "bench/replay/latency_histogram.hpp"
#include "bench/replay/node_books.hpp"
#include "bench/replay/zipf.hpp"
#include "common/error.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <random>
#include <vector>

namespace buttond::replay {

using namespace std::chrono_literals;

TEST_CASE("A latency histogram knows every percentile to one per cent", "[replay]") {
  std::mt19937_64 random(7);
  std::lognormal_distribution<double> spread(12, 2.5);
  std::vector<std::int64_t> values;
  latency_histogram histogram;
  for (int i = 0; i < 100'000; ++i) {
    values.push_back(static_cast<std::int64_t>(spread(random)));
    histogram.record(std::chrono::nanoseconds(values.back()));
  }
  std::sort(values.begin(), values.end());
  for (const double percent : {1.0, 50.0, 90.0, 99.0, 99.9, 99.99}) {
    const auto rank = static_cast<std::size_t>(std::ceil(static_cast<double>(values.size()) * percent / 100));
    const auto exact = static_cast<double>(values[rank - 1]);
    const auto shown = static_cast<double>(histogram.at(percent).count());
    CAPTURE(percent);
    CHECK(shown >= exact);
    CHECK(shown <= exact * 1.01 + 1);
  }
  CHECK(histogram.at(100).count() == values.back());
  CHECK(histogram.max().count() == values.back());
}

TEST_CASE("A latency histogram takes what is out of its range", "[replay]") {
  latency_histogram histogram;
  CHECK(histogram.at(99) == 0ns);
  histogram.record(-5ns);
  CHECK(histogram.at(50) == 0ns);
  histogram.record(24h);
  CHECK(histogram.max() == 24h);
  CHECK(histogram.at(100) <= 24h);
  CHECK(histogram.count() == 2);
}

TEST_CASE("Ranks are as popular as Zipf's law says", "[replay]") {
  const auto exponent = GENERATE(0.5, 1.0, 1.3);
  constexpr std::uint64_t ranks = 1000;
  constexpr int draws = 400'000;
  std::mt19937_64 random(3);
  const zipf_distribution zipf(ranks, exponent);
  std::vector<double> seen(ranks);
  for (int i = 0; i < draws; ++i) seen.at(zipf(random)) += 1;

  double norm = 0;
  for (std::uint64_t k = 1; k <= ranks; ++k) norm += std::pow(static_cast<double>(k), -exponent);
  for (const std::uint64_t k : {1, 2, 3, 10, 100, 1000}) {
    const double expected = draws * std::pow(static_cast<double>(k), -exponent) / norm;
    CAPTURE(exponent, k);
    CHECK(std::abs(seen[k - 1] - expected) < 5 * std::sqrt(expected));
  }
}

TEST_CASE("A single link is always drawn", "[replay]") {
  std::mt19937_64 random(1);
  const zipf_distribution zipf(1, 1.0);
  for (int i = 0; i < 100; ++i) CHECK(zipf(random) == 0);
}

TEST_CASE("The published books are read with and without labels", "[replay]") {
  const node_books books = parse_books(
      "# TYPE buttond_impressions_seen_total counter\n"
      "buttond_impressions_seen_total 12\n"
      "buttond_impressions_accepted_total 9\n"
      "buttond_impressions_filtered_total{reason=\"bot\"} 2\n"
      "buttond_impressions_filtered_total{reason=\"rate\"} 1\n"
      "buttond_impressions_accepted_totally_else 5");
  CHECK(books.seen == 12);
  CHECK(books.accepted == 9);
  CHECK(books.filtered == 3);
  CHECK_THROWS_AS(parse_books("up 1\n"), startup_error);
}

}  // namespace buttond::replay
