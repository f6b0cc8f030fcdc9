// What the app's loops and parts say of themselves: for /metrics, the node's reports and the dashboard.
#include "button/app.hpp"
#include "button/handlers/dashboard/awaited.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace buttond {
namespace {

std::string without_scheme(const std::string& origin) {
  const auto slashes = origin.find("//");
  return slashes == origin.npos ? origin : origin.substr(slashes + 2);
}

constexpr std::chrono::seconds loop_patience{5};  // with a loop that is to say something

/// What all loops say, as it comes in.
template <class Part>
struct gathering {
  std::vector<Part> parts;
  std::atomic<std::size_t> missing;
  std::function<void(const site_handler&, Part&)> fill;
  std::function<void(std::vector<Part>&)> done;
};

}  // namespace

std::unique_ptr<dashboard> app::make_dashboard() {
  return std::make_unique<dashboard>(
      dashboard_parts{.time = clock_,
                      .store = *survey_,
                      .recent = recent_,
                      .minutes = minutes_,
                      .desk = desk_,
                      .ranges = ranges_,
                      .views = views_,
                      .take_snapshot = [this](auto done) { take_snapshot(std::move(done)); },
                      .report_of = [this](const metrics_snapshot& all) { return keeper_.report_of(all); },
                      .turned_away = [this] { return turned_away_now(); },
                      .rules = handler_settings_.rules,
                      .own_node = [this] { return journal_.numbers().node; },
                      .name = without_scheme(handler_settings_.public_origin),
                      .store_kind = std::string(store_.kind())},
      policy_);
}

template <class Part>
void app::gather(std::function<void(const site_handler&, Part&)> fill,
                 std::function<void(std::vector<Part>&)> done) {
  const auto all = std::make_shared<gathering<Part>>();
  all->parts.resize(site_handlers_.size());
  all->missing = site_handlers_.size();
  all->fill = std::move(fill);
  all->done = std::move(done);
  for (std::size_t loop = 0; loop < site_handlers_.size(); ++loop) {
    site_->post(loop, [all, loop, handler = site_handlers_[loop]] {
      all->fill(*handler, all->parts[loop]);
      if (--all->missing == 0) all->done(all->parts);
    });
  }
}

void app::take_snapshot(std::function<void(const metrics_snapshot&)> done) {
  // Before the loops' numbers: whatever is stored now was accepted before, so the books balance.
  const auto all = std::make_shared<metrics_snapshot>();
  all->journal = journal_.numbers();
  gather<loop_snapshot>(
      [](const site_handler& handler, loop_snapshot& into) {
        into = {handler.metrics(), handler.counter().books(), handler.refused()};
      },
      [this, all, done = std::move(done)](std::vector<loop_snapshot>& loops) {
        for (const loop_snapshot& loop : loops) all->loops += loop;
        all->cache = cache_.numbers();
        all->store = store_.numbers();
        all->folder = folder_.numbers();
        all->shares = shares_.numbers();
        all->kept_shares = shares_.kept();
        all->site = site_->numbers();
        all->draining = draining_;
        done(*all);
      });
}

std::optional<turned_away_numbers> app::turned_away_now() {
  using of_loops = std::vector<turned_away>;
  const auto loops = awaited<of_loops>(
      [this](std::function<void(of_loops)> done) {
        gather<turned_away>(
            [](const site_handler& handler, turned_away& into) { into = handler.turned_away_here(); },
            [done = std::move(done)](of_loops& all) { done(std::move(all)); });
      },
      loop_patience);
  if (!loops) return std::nullopt;
  return numbers_of(*loops, started_, clock_.monotonic());
}

}  // namespace buttond
