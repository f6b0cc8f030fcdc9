#include "button/handlers/dashboard/fleet_source.hpp"

#include <future>
#include <memory>
#include <utility>

namespace buttond {
namespace {

using namespace std::chrono_literals;

constexpr auto reports_fresh = 5s;
constexpr auto counts_fresh = 10s;

/// What is waited for: more than a store needs that is well, less than a person notices.
constexpr auto moment = 200ms;

/// What is older is no news: the store hangs.
constexpr auto too_old = reports_fresh + survey_patience;

}  // namespace

/// Has `work` done by the desk, and waits for it a moment.
void fleet_source::ask(const std::string& name, std::chrono::milliseconds fresh, std::function<void()> work) {
  const auto done = std::make_shared<std::promise<void>>();
  const auto make = [work = std::move(work)] {
    work();
    return desk_answer{};
  };
  if (!desk_.ask(name, fresh, make, [done](const desk_answer_ptr&) { done->set_value(); })) return;
  done->get_future().wait_for(moment);
}

void fleet_source::read_reports() {
  const auto said = store_.reports(time_.wall() - node_report_kept);
  const std::lock_guard lock(mutex_);
  reports_ = said ? reading{store_answer::ok, *said} : reading{answer_of(said.error()), {}};
  reports_read_ = time_.monotonic();
}

fleet_source::reading fleet_source::reports() {
  ask("the nodes' reports", reports_fresh, [this] { read_reports(); });
  const std::lock_guard lock(mutex_);
  if (!reports_read_ || time_.monotonic() - *reports_read_ > too_old) return {};
  return reports_;
}

fleet_source::reading fleet_source::reports_at_length() {
  {
    const std::lock_guard lock(mutex_);
    if (reports_read_ && time_.monotonic() - *reports_read_ < reports_fresh) return reports_;
  }
  read_reports();
  const std::lock_guard lock(mutex_);
  return reports_;
}

std::map<std::string, tally> fleet_source::counts_of(std::vector<std::string> keys) {
  if (!keys.empty()) {
    ask("counts of the busiest links", counts_fresh, [this, keys = std::move(keys)] {
      const auto found = store_.find(keys);
      const std::lock_guard lock(mutex_);
      counts_.clear();
      if (!found) return;
      for (std::size_t i = 0; i < keys.size(); ++i) counts_.emplace(keys[i], (*found)[i].value_or(tally{}));
    });
  }
  const std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace buttond
