#include "common/duration_histogram.hpp"

#include "button/handlers/request_metrics.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <vector>

using namespace std::chrono_literals;

namespace {

constexpr std::array<std::chrono::nanoseconds, 2> boundaries{1ms, 10ms};
using histogram = buttond::duration_histogram<boundaries>;

}  // namespace

TEST_CASE("A duration is counted under the first boundary that it does not exceed", "[duration_histogram]") {
  histogram durations;
  for (const std::chrono::nanoseconds taken :
       {0ns, 1'000'000ns, 1'000'001ns, 10'000'000ns, 10'000'001ns, 3'600'000'000'000ns})
    durations.add(taken);
  CHECK(durations.count(0) == 2);
  CHECK(durations.count(1) == 2);
  CHECK(durations.count(2) == 2);
}

TEST_CASE(
    "Each duration near a boundary or a power of two is where a search from the first boundary finds it",
    "[duration_histogram]") {
  std::vector<std::int64_t> tried{0, std::numeric_limits<std::int64_t>::max()};
  const auto try_around = [&tried](std::int64_t at) {
    for (const std::int64_t by : {-1, 0, 1}) tried.push_back(at + by);
  };
  for (int bit = 0; bit < 63; ++bit) try_around(std::int64_t{1} << bit);
  for (const auto boundary : buttond::request_boundaries) try_around(boundary.count());
  for (const std::int64_t taken : tried) {
    CAPTURE(taken);
    buttond::duration_histogram<buttond::request_boundaries> durations;
    durations.add(std::chrono::nanoseconds(taken));
    const auto at_most = std::ranges::find_if(buttond::request_boundaries,
                                              [taken](auto most) { return taken <= most.count(); });
    CHECK(durations.count(static_cast<std::size_t>(at_most - buttond::request_boundaries.begin())) == 1);
  }
}

TEST_CASE("Histograms add up, bucket by bucket and in their sums", "[duration_histogram]") {
  histogram one;
  histogram other;
  one.add(1ms);
  other.add(2ms);
  other.add(1s);
  one += other;
  CHECK(one.count(0) == 1);
  CHECK(one.count(1) == 1);
  CHECK(one.count(2) == 1);
  CHECK(one.sum() == 1003ms);
}
