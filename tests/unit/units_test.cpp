#include "common/units.hpp"

#include <catch2/catch.hpp>

using namespace buttond;
using namespace std::chrono_literals;

TEST_CASE("Durations are read with their unit, and without one as seconds", "[units]") {
  CHECK(parse_duration("250ms") == 250ms);
  CHECK(parse_duration("10s") == 10s);
  CHECK(parse_duration("10") == 10s);
  CHECK(parse_duration("5m") == 5min);
  CHECK(parse_duration("2h") == 2h);
  CHECK(parse_duration("30d") == 30 * 24h);
  CHECK(parse_duration("400d") == 400 * 24h);
  CHECK(parse_duration("0s") == 0s);
}

TEST_CASE("What is not a duration is refused", "[units]") {
  for (const char* text :
       {"", "s", "-1s", "1.5s", "1 s", " 1s", "1D", "1S", "401d", "99999h", "18446744073709551616s", "1ss"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text));
  }
}

TEST_CASE("Sizes are read with their unit, and without one as bytes", "[units]") {
  CHECK(parse_bytes("512") == 512);
  CHECK(parse_bytes("512B") == 512);
  CHECK(parse_bytes("16KiB") == 16 * 1024);
  CHECK(parse_bytes("64MiB") == std::size_t{64} << 20);
  CHECK(parse_bytes("3GiB") == std::size_t{3} << 30);
}

TEST_CASE("What is not a size is refused", "[units]") {
  for (const char* text : {"", "KiB", "-1", "1.5MiB", "1 MiB", "64MB", "64mib", "99999999999GiB"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_bytes(text));
  }
}

TEST_CASE("What is written is read back", "[units]") {
  for (const auto duration : {0ms, 1ms, 999ms, 1000ms, 1500ms, 60'000ms, 3'600'000ms, 86'400'000ms}) {
    CHECK(parse_duration(format_duration(duration)) == duration);
  }
  CHECK(format_duration(75s) == "75s");
  CHECK(format_duration(120s) == "2m");
  CHECK(format_duration(30 * 24h) == "30d");
  for (const std::size_t bytes : {1u, 1023u, 1024u, 1536u, 1u << 20})
    CHECK(parse_bytes(format_bytes(bytes)) == bytes);
  CHECK(format_bytes(std::size_t{64} << 20) == "64MiB");
}
