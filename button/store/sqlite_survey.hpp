#pragma once
// The survey of a SQLite store: questions on connections of their own to the store's file. Where the file is
// not there yet, everything reads as empty. Owned and called as survey.hpp says.

#include "button/store/sqlite_pool.hpp"
#include "button/store/survey.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

struct sqlite_survey_options {
  std::filesystem::path file;
  std::chrono::milliseconds patience = survey_patience;
  std::size_t connections = 4;
};

class sqlite_survey final : public survey {
 public:
  explicit sqlite_survey(sqlite_survey_options options);

  result<void> tell(const node_report& report, std::span<const counted_hour> hours) override;
  result<std::vector<node_report>> reports(wall_time since) override;
  result<void> counted_hours(wall_hour first, wall_hour last,
                             const std::function<void(const counted_hour&)>& visit) override;
  result<std::vector<hour_sum>> hour_sums(wall_hour first, wall_hour last) override;
  result<void> sweep(wall_time now) override;
  result<void> sites_on(
      std::chrono::sys_days day, std::size_t most,
      const std::function<void(std::string_view site, const tally& counts)>& visit) override;
  result<std::optional<day_range>> days() override;
  result<void> days_of(std::string_view site, std::chrono::sys_days first, std::chrono::sys_days last,
                       const std::function<void(std::chrono::sys_days, const tally&)>& visit) override;
  result<std::vector<stored_link>> links_of(std::string_view site, std::size_t most) override;
  result<std::vector<std::optional<tally>>> find(std::span<const std::string> keys) override;
  result<std::int64_t> drop_days(std::chrono::sys_days first, std::int64_t most) override;
  result<forgotten> forget(std::string_view site) override;
  result<std::string> site_link_key(std::string_view proposed) override;

 private:
  /// How much a write may lose with the power.
  enum class loss { of_the_last, none };

  monotonic_time patience_ends() const { return std::chrono::steady_clock::now() + options_.patience; }

  /// Runs `work(connection)`; what an empty file would answer where there is none.
  template <class Work>
  auto read(Work work) -> decltype(work(std::declval<sqlite_connection&>()));

  /// Runs `work(connection)` in a transaction. One that has no deadline waits longer for the lock.
  template <class Work>
  auto write(monotonic_time deadline, loss may_lose, Work work)
      -> decltype(work(std::declval<sqlite_connection&>()));

  result<void> index();

  const sqlite_survey_options options_;
  sqlite_pool pool_;
  std::atomic<bool> indexed_{false};
};

}  // namespace buttond
