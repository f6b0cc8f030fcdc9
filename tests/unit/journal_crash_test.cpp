// The journal against death: at every change that it makes to a file, the directory and the store are copied,
// as a kill at that moment would leave them; each copy is recovered, and must count everything exactly once.
// Recoveries are killed in the same way.
#include "button/impressions/journal.hpp"
#include "common/file.hpp"
#include "tests/unit/file_steps.hpp"
#include "tests/unit/journal_rig.hpp"
#include "tests/unit/recording_store.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

using namespace buttond;
using namespace buttond::testing;

namespace {

using tallies = std::map<std::string, tally>;

// What a kill leaves.
struct remains {
  std::filesystem::path data;
  std::unique_ptr<recording_store> store;
  tallies counted;
};

// In memory where there is such a place: copies need not be safe, and there are thousands.
std::filesystem::path somewhere_quick() {
  return std::filesystem::exists("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path();
}

class graveyard {
 public:
  void bury(const std::filesystem::path& data, const recording_store& store, const tallies& counted) {
    const auto copy = directory_.path() / std::to_string(number_++);
    std::filesystem::copy(data, copy, std::filesystem::copy_options::recursive);
    all_.push_back({copy, store.copy(), counted});
  }

  std::vector<remains> take() { return std::exchange(all_, {}); }

 private:
  temporary_directory directory_{somewhere_quick()};
  std::size_t number_ = 0;
  std::vector<remains> all_;
};

// A node that is killed at every step, its reader, and what the reader got answers for.
class doomed_node {
 public:
  doomed_node(std::filesystem::path data, recording_store& store, tallies counted, graveyard* into)
      : data_(std::move(data)),
        store_(store),
        counted_(std::move(counted)),
        steps_([this, into](std::string_view, std::string_view) {
          if (into != nullptr) into->bury(data_, store_, counted_);
          return 0;
        }),
        events_(small_journal(data_), time_, run_at_once),
        reader_(events_) {}

  void counts(const std::string& key, int times = 1) {
    for (int i = 0; i < times; ++i) {
      reader_.sees(key);
      ++counted_[key].impressions;
    }
  }

  bool ends_epoch_and_flushes() {
    events_.close_epoch();
    return flush(events_, store_);
  }

  journal& events() { return events_; }

 private:
  const still_clock time_;
  const std::filesystem::path data_;
  recording_store& store_;
  tallies counted_;
  const file_steps steps_;
  journal events_;
  reader reader_;
};

void recover_and_check(const remains& left, graveyard* next) {
  {
    doomed_node node(left.data, *left.store, left.counted, next);
    const auto opened = node.events().numbers().opened;
    CHECK(node.ends_epoch_and_flushes());
    CHECK(node.events().numbers().stored == opened);
    CHECK(node.events().numbers().pending == event_totals{});
    CHECK(node.events().numbers().errors == 0);
  }
  CHECK(left.store->tallies() == left.counted);
}

// Everything that the journal does with files: epochs that the store takes, refuses, takes in part; batches
// that wait and are merged; a slab that gets full.
void live(doomed_node& node, recording_store& store) {
  using fault = recording_store::fault;
  node.counts("a", 3);
  node.counts("b");
  CHECK(node.ends_epoch_and_flushes());
  for (const auto what : {fault::refused, fault::answered_late, fault::cut}) {
    store.faults = [what](std::size_t) { return what; };
    for (int epoch = 0; epoch < 4; ++epoch) {
      node.counts("a");
      node.counts("c" + std::to_string(epoch % 2), 2);
      CHECK_FALSE(node.ends_epoch_and_flushes());
    }
    store.faults = nullptr;
    node.counts("d");
    CHECK(node.ends_epoch_and_flushes());
  }
  for (int link = 0; link < 100; ++link) node.counts("many/" + std::to_string(link));
  CHECK(node.ends_epoch_and_flushes());
  node.counts("not in an epoch that ended");
}

}  // namespace

TEST_CASE("a kill at any step, and another while that is recovered, counts everything once",
          "[journal][crash]") {
  const temporary_directory directory;
  graveyard first;
  {
    recording_store store;
    doomed_node node(directory.path(), store, {}, &first);
    live(node, store);
  }
  const auto lives = first.take();
  CHECK(lives.size() > 150);
  std::size_t second_lives = 0;
  for (std::size_t life = 0; life < lives.size(); ++life) {
    // Every eighth: neighbours recover in much the same way.
    graveyard second;
    recover_and_check(lives[life], life % 8 == 0 ? &second : nullptr);
    for (const auto& after : second.take()) {
      recover_and_check(after, nullptr);
      ++second_lives;
    }
  }
  CHECK(second_lives > 300);
}
