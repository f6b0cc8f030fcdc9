#pragma once
// The sums of each site over the spans that a person can choose, and those of all sites by the day. A store
// of 20,000 sites and 400 days has 8 million of their days: they are read one day at a time, today first, on
// a thread of its own that rests as long as it reads, as deep as somebody asked within the last hour, and
// only the sums are kept.
//
// What is of today is read again while somebody looks, every 30 s at most; all of it an hour later, and when
// the UTC day ends, while what was read before is still shown. Thread-safe; owned by app.

#include "button/dashboard/ranges.hpp"
#include "button/dashboard/store_answer.hpp"
#include "button/store/survey.hpp"
#include "common/clock.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

struct range_limits {
  std::size_t sites = 100'000;                // of which sums are kept; those of the last days come first
  std::size_t bytes = std::size_t{32} << 20;  // of all sums
  std::chrono::seconds today_again{30};
  std::chrono::minutes all_again{60};
  std::chrono::minutes asked_for{60};     // how long what was asked for is kept up to date
  std::chrono::seconds after_failure{5};  // until it is tried again
};

/// How what is shown came about.
enum class reading_state : std::uint8_t {
  ok,
  reading,  // days are still being read
  slow,     // the store took too long for the last one
  away      // the store could not be asked
};
inline constexpr std::array<std::string_view, 4> reading_state_names{"ok", "reading", "slow", "away"};

constexpr reading_state reading_state_of(store_answer answer) noexcept {
  switch (answer) {
    case store_answer::ok:
      return reading_state::ok;
    case store_answer::slow:
      return reading_state::slow;
    case store_answer::away:
      break;
  }
  return reading_state::away;
}

struct span_state {
  std::chrono::sys_days last;  // day of the span; the span ends with it
  int days = 0;
  int read_days = 0;
  reading_state state = reading_state::reading;
};

struct site_sum {
  std::string site;
  tally counts;
  /// Impressions of the span's last whole days, against as many before: 0.08 for 8 % more. Nothing where
  /// there is nothing to compare, or the store does not reach back so far.
  std::optional<double> change;
};

class range_reader {
 public:
  /// Both must outlive it.
  range_reader(survey& from, const clock& time, const range_limits& limits = {});

  /// Joins the thread, after the query under way.
  ~range_reader();
  range_reader(const range_reader&) = delete;
  range_reader& operator=(const range_reader&) = delete;

  void start();

  /// Asks for `span`, and waits until it is read, or cannot be, or `patience` is over.
  void wait_for(span_of_days span, std::chrono::milliseconds patience);

  struct sites_of_span : span_state {
    std::vector<site_sum> largest;  // those with the most impressions first
    std::size_t of = 0;             // sites that have anything in the span
  };

  /// What is known now of the sites of `span`, at most `most`. Never waits for the store. Linear in the
  /// sites.
  sites_of_span sites(span_of_days span, std::size_t most);

  struct days_of_span : span_state {
    std::vector<std::optional<tally>>
        each;  // a UTC day each, in order; nothing where nothing ran, or for one unread
  };

  /// What is known now of the days of `span`. Never waits for the store.
  days_of_span days(span_of_days span);

  /// What its thread does when it wakes: reads a day, where one is due. Returns how long to rest then;
  /// nothing where there is nothing to do until somebody asks. For tests, without start().
  std::optional<std::chrono::nanoseconds> step();

  /// What it keeps, in bytes.
  std::size_t bytes() const;

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace buttond
