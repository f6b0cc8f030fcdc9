// The journal against death: before every change that it makes to a file, the directory and the store are
// copied as a kill, or a power failure, would leave them. Each copy is recovered, and must count everything
// once.
#include "button/impressions/journal.hpp"
#include "common/file.hpp"
#include "tests/unit/file_steps.hpp"
#include "tests/unit/journal_rig.hpp"
#include "tests/unit/recording_store.hpp"
#include "tests/unit/temporary_directory.hpp"
#include "tests/unit/unplugged_disk.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

using namespace buttond;
using namespace buttond::testing;

namespace {

using tallies = std::map<std::string, tally>;

// What a death leaves.
struct remains {
  std::filesystem::path data;
  std::unique_ptr<recording_store> store;
  tallies counted;  // what readers got answers for
  tallies kept;     // of it, what was in an epoch that had ended
};

// A node whose every step can be its last, its reader, and what the reader got answers for.
class doomed_node {
 public:
  using last_step = std::function<void(const file_step&, const doomed_node&)>;

  doomed_node(std::filesystem::path data, recording_store& store, last_step last)
      : data_(std::move(data)),
        store_(store),
        steps_([this, last = std::move(last)](const file_step& step) {
          if (last) last(step, *this);
          return 0;
        }),
        events_(small_journal(data_), time_),
        reader_(events_) {}

  void counts(const std::string& key, int times = 1) {
    for (int i = 0; i < times; ++i) {
      reader_.sees(key);
      ++counted_[key].impressions;
    }
  }

  bool ends_epoch_and_flushes() {
    events_.close_epoch();
    kept_ = counted_;
    return flush(events_, store_);
  }

  journal& events() { return events_; }
  const std::filesystem::path& data() const { return data_; }
  remains leaves(std::filesystem::path copy) const {
    return {std::move(copy), store_.copy(), counted_, kept_};
  }

 private:
  const still_clock time_;
  const std::filesystem::path data_;
  recording_store& store_;
  tallies counted_;
  tallies kept_;
  const file_steps steps_;
  stepped_journal events_;
  reader reader_;
};

// In memory where there is such a place: copies need not be safe, and there are thousands.
std::filesystem::path somewhere_quick() {
  return std::filesystem::exists("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path();
}

class graveyard {
 public:
  // A kill leaves everything that was written.
  void bury_killed(const doomed_node& node) {
    const auto copy = next_place();
    std::filesystem::copy(node.data(), copy, std::filesystem::copy_options::recursive);
    all_.push_back(node.leaves(copy));
  }

  void bury_unplugged(const doomed_node& node, unplugged_disk& disk) {
    const auto copy = next_place();
    disk.write_remains(node.data(), copy, chance_);
    all_.push_back(node.leaves(copy));
  }

  std::vector<remains> take() { return std::exchange(all_, {}); }

 private:
  std::filesystem::path next_place() { return directory_.path() / std::to_string(number_++); }

  temporary_directory directory_{somewhere_quick()};
  std::size_t number_ = 0;
  std::vector<remains> all_;
  std::mt19937 chance_{2026};
};

void recover(const remains& left, const doomed_node::last_step& last = nullptr) {
  doomed_node node(left.data, *left.store, last);
  const auto opened = node.events().numbers().opened;
  CHECK(node.ends_epoch_and_flushes());
  CHECK(node.events().numbers().stored == opened);
  CHECK(node.events().numbers().pending == event_totals{});
  CHECK(node.events().numbers().errors == 0);
}

// Everything that the journal does with files: epochs that the store takes, refuses, takes in part; batches
// that wait and are merged; a tally sheet that gets full.
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
    doomed_node node(directory.path(), store,
                     [&first](const file_step&, const doomed_node& dying) { first.bury_killed(dying); });
    live(node, store);
  }
  const auto lives = first.take();
  CHECK(lives.size() > 150);
  std::size_t second_lives = 0;
  for (std::size_t life = 0; life < lives.size(); ++life) {
    // Every eighth dies again: neighbours recover in much the same way.
    graveyard second;
    doomed_node::last_step last;
    if (life % 8 == 0)
      last = [&second](const file_step&, const doomed_node& dying) { second.bury_killed(dying); };
    recover(lives[life], last);
    CHECK(lives[life].store->tallies() == lives[life].counted);
    for (const auto& after : second.take()) {
      recover(after);
      CHECK(after.store->tallies() == lives[life].counted);
      ++second_lives;
    }
  }
  CHECK(second_lives > 300);
}

TEST_CASE("a power failure at any step repeats nothing, and loses nothing of an epoch that had ended",
          "[journal][crash]") {
  const temporary_directory directory;
  graveyard dead;
  unplugged_disk disk;
  {
    recording_store store;
    doomed_node node(directory.path(), store, [&](const file_step& step, const doomed_node& dying) {
      for (int way = 0; way < 4; ++way) dead.bury_unplugged(dying, disk);
      disk.sees(step);
    });
    live(node, store);
  }
  const auto lives = dead.take();
  CHECK(lives.size() > 600);
  for (const auto& life : lives) {
    recover(life);
    auto stored = life.store->tallies();
    for (const auto& [key, counts] : life.counted) {
      CHECK(stored[key].impressions <= counts.impressions);
      const auto kept = life.kept.find(key);
      if (kept != life.kept.end()) CHECK(stored[key].impressions >= kept->second.impressions);
    }
  }
}
