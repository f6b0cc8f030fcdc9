#include "button/impressions/journal_files.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>

using namespace buttond;
using kind = journal_file::kind;

namespace {

const std::string sum = "00112233445566778899aabbccddeeff";

}  // namespace

TEST_CASE("names of files read back as they were made", "[journal_files]") {
  CHECK(read_journal_name(sheet_name(7)).what == kind::sheet);
  CHECK(read_journal_name(sheet_name(7)).number == 7);

  const auto fresh = read_journal_name(deltas_name(12));
  CHECK(fresh.what == kind::deltas);
  CHECK(fresh.number == 12);
  CHECK_FALSE(fresh.batches);

  for (const auto& after : {batch_mark{}, batch_mark{41, sum}, batch_mark{41, ""}}) {
    const auto tried = read_journal_name(deltas_name(12, {after, after.number + 3}));
    CHECK(tried.what == kind::deltas);
    CHECK(tried.number == 12);
    REQUIRE(tried.batches);
    CHECK(tried.batches->after == after);
    CHECK(tried.batches->last == after.number + 3);
  }

  const auto brought = read_journal_name(brought_name({41, sum}));
  CHECK(brought.what == kind::brought);
  CHECK(brought.mark == batch_mark{41, sum});
}

TEST_CASE("names that are no file of a journal's are left alone", "[journal_files]") {
  for (const auto* name : {"",
                           "lock",
                           "sheet-",
                           "sheet-x",
                           "sheet-1x",
                           "sheet--1",
                           "sheet-99999999999999999999",
                           "sheet-9007199254740993",
                           "sheet-007",
                           "deltas-00",
                           "deltas-9223372036854775806",
                           "deltas-1.batches-1-9223372036854775807-",
                           "brought-9223372036854775806-aa",
                           "deltas-",
                           "deltas-1.",
                           "deltas-1.batches-",
                           "deltas-1.batches-1",
                           "deltas-1.batches-0-1-",
                           "deltas-1.batches-3-2-",
                           "deltas-1.batches-1-1-xyz",
                           "deltas-1.batches-1-1048577-",
                           "deltas-1.batches-1-1-aa",
                           "deltas-1.tried",
                           "brought-",
                           "brought-1",
                           "brought-1-aa",
                           "brought-1-xyz",
                           "batch-1"}) {
    CAPTURE(name);
    CHECK(read_journal_name(name).what == kind::other);
  }
  CHECK(read_journal_name("deltas-1.tmp").what == kind::unfinished);
}

TEST_CASE("nodes have names of 128 random bits", "[journal_files]") {
  std::set<std::string> names;
  for (int node = 0; node < 100; ++node) {
    const auto name = make_node_name();
    CHECK(is_node_name(name));
    names.insert(name);
  }
  CHECK(names.size() == 100);
  for (const auto* name : {"", "0", "0123456789abcdef", "0123456789ABCDEF0123456789ABCDEF"})
    CHECK_FALSE(is_node_name(name));
}
