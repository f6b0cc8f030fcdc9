#pragma once
// A dashboard over a store in memory and loops that say what a test wants, on a clock that stands still.

#include "button/handlers/dashboard/dashboard.hpp"
#include "button/handlers/dashboard/site_views.hpp"
#include "tests/unit/recording_survey.hpp"
#include "tests/unit/still_clock.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <utility>

namespace buttond::testing {

struct dashboard_rig {
  still_clock time;
  recording_survey store;
  recent_links recent{time};
  minute_history minutes;
  query_desk desk{time};
  range_reader ranges{store, time};
  metrics_snapshot numbers;
  turned_away_numbers turned_away{{}, {}, time.monotonic()};
  std::string report = "{}";
  site_views views{{store, recent, [this] { return turned_away; },
                    [](const std::string& node) { return node == "here"; }, time},
                   ""};
  bool loops_answer = true;
  int snapshots = 0;
  dashboard board{parts(), std::make_shared<const site_policy>(
                               site_policy{{}, share_page({}), server_description({}), {}})};

  dashboard_rig() {
    numbers.store.reads_up = numbers.store.writes_up = numbers.store.up = true;
    numbers.journal.free_bytes = 1'000'000'000;
    desk.start();
    ranges.start();
    views.start();
    board.start();
  }

  ~dashboard_rig() { desk.stop(); }  // what it makes is of the board
  dashboard_rig(const dashboard_rig&) = delete;
  dashboard_rig& operator=(const dashboard_rig&) = delete;

  /// What is answered to a GET of that path, with its query.
  http::response get(const std::string& target) {
    http::request in;
    const auto mark = target.find('?');
    in.path = std::string_view(target).substr(0, mark);
    in.query = mark == target.npos ? std::string_view() : std::string_view(target).substr(mark + 1);
    http::response out;
    if (const auto later = board.answer(in, out)) {
      const auto woken = std::make_shared<std::promise<void>>();
      later->start([woken] { woken->set_value(); });
      woken->get_future().wait_for(later->patience());
      later->finish(out);
    }
    return out;
  }

  boost::json::value json(const std::string& target) { return boost::json::parse(get(target).body); }

 private:
  dashboard_parts parts() {
    return {.time = time,
            .store = store,
            .recent = recent,
            .minutes = minutes,
            .desk = desk,
            .ranges = ranges,
            .views = views,
            .take_snapshot =
                [this](auto done) {
                  ++snapshots;
                  if (loops_answer) done(numbers);
                },
            .report_of =
                [this](const metrics_snapshot&) {
                  return node_report{"here", time.wall(), report};
                },
            .turned_away = [this] { return turned_away; },
            .rules = {},
            .own_node = [] { return "here"; },
            .name = "share.example.com",
            .store_kind = "sqlite"};
  }
};

}  // namespace buttond::testing
