#include "button/handlers/metrics/metrics.hpp"
#include "button/handlers/site_handler.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace buttond;
using namespace std::chrono_literals;

namespace {

constexpr process_numbers process{1.5, 2, 3, 4, 5, 6.0};

/// The lines of /metrics that are samples.
std::vector<std::string> samples_of(const metrics_snapshot& snapshot) {
  std::istringstream text(metrics_text(snapshot, process));
  std::vector<std::string> samples;
  for (std::string line; std::getline(text, line);)
    if (!line.starts_with('#')) samples.push_back(line);
  return samples;
}

bool has(const metrics_snapshot& snapshot, const std::string& sample) {
  const auto samples = samples_of(snapshot);
  return std::ranges::find(samples, sample) != samples.end();
}

/// Every route has answered with every status, one that is not in the table included.
metrics_snapshot everything_answered() {
  metrics_snapshot snapshot;
  for (std::size_t route = 0; route < max_routes; ++route) {
    snapshot.loops.requests.count(418, route, route_group::other, 1ms);
    for (const http::status& each : http::statuses)
      snapshot.loops.requests.count(each.code, route, route_group::counts, 26ms);
  }
  return snapshot;
}

}  // namespace

TEST_CASE("There are 300 series at most, and the same ones whatever was asked", "[metrics]") {
  const auto series_of = [](const metrics_snapshot& snapshot) {
    std::vector<std::string> series;
    for (const std::string& sample : samples_of(snapshot))
      series.push_back(sample.substr(0, sample.rfind(' ')));
    return series;
  };
  const auto all = series_of(everything_answered());
  CHECK(all.size() <= 300);
  CHECK(all == series_of({}));
  CHECK(std::set(all.begin(), all.end()).size() == all.size());
}

TEST_CASE("The first answer of the 500s is seen as a rate, since its series is there with 0", "[metrics]") {
  for (const std::string series :
       {"route=\"shares\",code=\"503\"", "route=\"none\",code=\"503\"", "route=\"none\",code=\"505\""})
    CHECK(has({}, "buttond_requests_total{" + series + "} 0"));
}

TEST_CASE("Two paths of one name are one series", "[metrics]") {
  metrics_snapshot snapshot;
  for (std::size_t route = 0; route < route_count(); ++route)
    if (route_name(route) == "pixel") snapshot.loops.requests.count(200, route, route_group::pages, 1ms);
  CHECK(has(snapshot, R"(buttond_requests_total{route="pixel",code="200"} 2)"));
}

TEST_CASE("No answer is missing in the sum, one that its route should not give included", "[metrics]") {
  double sum = 0;
  for (const std::string& sample : samples_of(everything_answered()))
    if (sample.starts_with("buttond_requests_total{")) sum += std::stod(sample.substr(sample.rfind(' ')));
  CHECK(sum == static_cast<double>(route_count() * (http::statuses.size() + 1)));
}

TEST_CASE("26 ms are told from a wait of 50 ms, and that from a longer one", "[metrics]") {
  const auto bucket_of = [](std::chrono::nanoseconds taken) {
    metrics_snapshot snapshot;
    snapshot.loops.requests.count(200, 1, route_group::counts, taken);
    std::size_t bucket = 0;
    while (snapshot.loops.requests.durations(0).count(bucket) == 0) ++bucket;
    return bucket;
  };
  CHECK(bucket_of(26ms) < bucket_of(40ms));
  CHECK(bucket_of(40ms) < bucket_of(50'200us));
  CHECK(bucket_of(50'200us) < bucket_of(70ms));
  CHECK(bucket_of(2us) == 0);
  CHECK(bucket_of(3us) == 1);
}

TEST_CASE("What the kernel does not tell of the process is left out", "[metrics]") {
  const std::string text = metrics_text({}, {});
  CHECK(text.find("process_") == std::string::npos);
  CHECK(text.find("buttond_build_info") != std::string::npos);
}

TEST_CASE("What the kernel tells of this process is plausible, and its start stays where it is",
          "[metrics]") {
  const auto numbers = read_process_numbers();
  CHECK(numbers.cpu_seconds.value() > 0);
  CHECK(numbers.resident_bytes.value() > 1'000'000);
  CHECK(numbers.virtual_bytes.value() >= numbers.resident_bytes.value());
  CHECK(numbers.open_files.value() >= 3);
  CHECK(numbers.open_files.value() < numbers.most_files.value());
  const double now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  CHECK(numbers.started.value() < now);
  CHECK(numbers.started.value() > now - 24 * 3600);
  CHECK(read_process_numbers().started == numbers.started);
}
