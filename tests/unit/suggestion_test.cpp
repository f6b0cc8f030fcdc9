#include "button/config/suggestion.hpp"

#include <catch2/catch.hpp>

using namespace buttond;

namespace {

const std::vector<std::string> names{"epoch", "cache-bytes", "api-token-file", "store", "store-file",
                                     "site",  "fold"};

}  // namespace

TEST_CASE("A name with a letter wrong, missing, too many or exchanged is the one that was meant",
          "[suggestion]") {
  for (const char* written : {"epohc", "epoc", "epochh", "epock", "EPOCH", "--epoch"}) {
    CAPTURE(written);
    CHECK(nearest_name(written, names) == "epoch");
  }
  CHECK(nearest_name("cache_bytes", names) == "cache-bytes");
}

TEST_CASE("A name with words missing or too many is the one that was meant", "[suggestion]") {
  CHECK(nearest_name("token-file", names) == "api-token-file");
  CHECK(nearest_name("store-uri", names) == "store");
}

TEST_CASE("A name that is like none is nobody's", "[suggestion]") {
  for (const char* written : {"", "x", "workers", "frobnicate", "---"}) {
    CAPTURE(written);
    CHECK(did_you_mean(written, names).empty());
  }
  CHECK(nearest_name(std::string(1 << 20, 'e'), names).empty());
}
