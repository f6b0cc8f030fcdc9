#pragma once
// What the tests of the journal share: a journal whose loop is the test itself.

#include "button/impressions/journal.hpp"
#include "button/store/store.hpp"
#include "common/clock.hpp"
#include "common/fingerprint.hpp"
#include "tests/unit/still_clock.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

namespace buttond::testing {

inline void run_at_once(std::size_t, const std::function<void()>& task) {
  task();
}

inline journal_options small_journal(const std::filesystem::path& directory, std::size_t loops = 1) {
  journal_options options;
  options.directory = directory;
  options.loops = loops;
  options.sheet = {64, 4096};
  return options;
}

/// A journal whose thread is the test itself.
class stepped_journal : public journal {
 public:
  stepped_journal(const journal_options& options, const clock& time, loop_post post = run_at_once)
      : journal(options, time, std::move(post)) {
    restock();
  }
};

/// Counts for the test as a loop would.
class reader {
 public:
  explicit reader(journal& into, std::size_t loop = 0) : counter_(into.counter(loop)) {}

  void sees(std::string_view key, int times = 1) { add(event_kind::impression, key, times); }
  void clicks(std::string_view key, int times = 1) { add(event_kind::click, key, times); }

 private:
  void add(event_kind kind, std::string_view key, int times) {
    for (int i = 0; i < times; ++i) counter_.add(kind, fingerprint_of_(key), key);
  }

  impression_counter& counter_;
  fingerprinter fingerprint_of_;
};

/// Brings all batches that are ready, as the flusher does; stops at the first failure.
inline bool flush(journal& from, store& to) {
  while (auto claimed = from.take()) {
    const auto answer = to.bring(claimed->batches());
    if (!answer) return false;
    if (answer->name_taken) claimed->name_is_taken();
    claimed->acknowledge(claimed->batches().size());
  }
  return true;
}

}  // namespace buttond::testing
