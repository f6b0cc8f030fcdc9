#pragma once
// The survey of a store in MongoDB: clients of its own, which wait no longer than it may. README states the
// documents. Owned and called as survey.hpp says.

#include "button/store/mongodb_client.hpp"
#include "button/store/mongodb_moves.hpp"
#include "button/store/survey.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

class mongodb_survey final : public survey {
 public:
  /// Does not connect yet. Throws startup_error for a URI that cannot be used whatever happens.
  explicit mongodb_survey(const std::string& uri, std::chrono::milliseconds patience = survey_patience);

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
  /// For what may take as long as the store's own calls.
  mongodb_client& patient_client();
  void index();

  const std::string uri_;
  mongodb_client client_;
  mongodb_moves moves_{client_};
  std::mutex mutex_;
  std::unique_ptr<mongodb_client> patient_client_;  // made under mutex_, then used without
  std::atomic<bool> indexed_{false};
};

}  // namespace buttond
