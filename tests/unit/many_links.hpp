#pragma once
// Links by the thousand for cases on MongoDB, and what the server counted of them.

#include "tests/unit/batches.hpp"
#include "tests/unit/mongodb_of_tests.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace buttond::testing {

inline std::string numbered_key(int number) {
  return fmt::format("example.com/{:05}", number);
}

/// Brings `counts` for each link of [first, last).
inline void bring_links(store& to, test_node& node, int first, int last, const tally& counts) {
  while (first < last) {
    const auto end = std::min(first + 1'000, last);
    std::vector<std::string> keys;
    for (int i = first; i < end; ++i) keys.push_back(numbered_key(i));
    std::vector<link_delta> links;
    for (const auto& each : keys) links.push_back({each, counts});
    REQUIRE(node.bring(to, links));
    first = end;
  }
}

/// A number of serverStatus.
inline std::int64_t server_counter(const mongodb_database& database, const char* path) {
  const auto status = database.run(R"({"serverStatus": 1})");
  return std::stoll(
      std::string{boost::json::value(status).at_pointer(path).as_object().begin()->value().as_string()});
}

}  // namespace buttond::testing
