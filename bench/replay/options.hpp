#pragma once
// The command line of replay.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace buttond::replay {

enum class popularity { zipf, uniform, in_turn };

struct options {
  std::vector<std::string> servers{"127.0.0.1:8080"};
  std::string route = "/v1/buttons";
  std::string host = "buttons.example";
  std::vector<std::string> headers;  // further "Name: value" lines

  std::string links_file;
  std::size_t made_up_links = 0;
  bool allow_private_hosts = false;
  std::uint64_t first = 0;  // where in_turn begins
  popularity order = popularity::zipf;
  double exponent = 1.0;
  std::uint64_t seed = 1;

  std::uint64_t requests = 0;        // 0: until the duration is over
  std::chrono::seconds duration{0};  // 0: until all requests are made
  std::size_t links_per_request = 1;
  std::size_t connections = 64;
  std::size_t pipeline = 1;
  double rate = 0;  // requests a second; 0: closed loop
  bool close = false;
  std::chrono::seconds timeout{10};

  std::vector<std::string> metrics;
  std::string expect_file;
  std::string json_file;
};

/// Reads the command line. Returns false when all is done already (--help was printed).
/// Throws startup_error with one line that says what is wrong.
bool read_options(int argc, char** argv, options& out);

/// Whether `route` counts an impression for each of its links.
bool counts_impressions(const std::string& route);

}  // namespace buttond::replay
