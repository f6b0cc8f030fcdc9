#include "common/duration_histogram.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <chrono>

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
