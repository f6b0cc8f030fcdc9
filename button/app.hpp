#pragma once
// The server: owns every part in the order in which one needs another, starts them, and stops them in
// reverse. Everything here runs on the thread that called run(), unless said otherwise.

#include "button/config.hpp"
#include "button/counts/count_cache.hpp"
#include "button/counts/count_loader.hpp"
#include "button/dashboard/minute_history.hpp"
#include "button/dashboard/outage_room.hpp"
#include "button/dashboard/query_desk.hpp"
#include "button/dashboard/range_reader.hpp"
#include "button/dashboard/recent_links.hpp"
#include "button/handlers/admin_handler.hpp"
#include "button/handlers/dashboard/dashboard.hpp"
#include "button/handlers/dashboard/minute_keeper.hpp"
#include "button/handlers/dashboard/site_views.hpp"
#include "button/handlers/filter.hpp"
#include "button/handlers/pages/site_pages.hpp"
#include "button/handlers/services.hpp"
#include "button/handlers/site_handler.hpp"
#include "button/handlers/site_policy.hpp"
#include "button/handlers/turned_away.hpp"
#include "button/hangups.hpp"
#include "button/http/server.hpp"
#include "button/impressions/flusher.hpp"
#include "button/impressions/folder.hpp"
#include "button/impressions/journal.hpp"
#include "button/left_behind.hpp"
#include "button/shares/share_ids.hpp"
#include "button/shares/share_recorder.hpp"
#include "button/store/measured_store.hpp"
#include "button/store/survey.hpp"
#include "common/clock.hpp"
#include "common/fingerprint.hpp"
#include "common/rate_limiter.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace buttond {

class app {
 public:
  /// Reads the command line, the environment and the files anew, as it was read for the start; throws
  /// startup_error for what is wrong.
  using settings_source = std::function<command_line()>;

  /// Binds, opens the journal and the store. Throws startup_error.
  app(const command_line& line, settings_source read_again);
  ~app();
  app(const app&) = delete;
  app& operator=(const app&) = delete;

  /// Serves until SIGTERM or SIGINT, then stops as the README says, and returns what it leaves behind. A
  /// second signal ends the process at once; what was counted is in the journal. SIGHUP, which waits from the
  /// construction on, has it reload().
  left_behind run();

 private:
  std::unique_ptr<http::request_handler> make_site_handler(std::size_t loop);
  std::unique_ptr<dashboard> make_dashboard();
  void take_snapshot(std::function<void(const metrics_snapshot&)> done);

  /// Of all loops; nothing where one does not answer for some seconds, which it waits for. Not for a loop's
  /// thread.
  std::optional<turned_away_numbers> turned_away_now();

  /// Has each loop fill in its part, on its thread, and hands them all to `done`, on the last one's.
  template <class Part>
  void gather(std::function<void(const site_handler&, Part&)> fill,
              std::function<void(std::vector<Part>&)> done);
  void announce() const;

  /// Reads the settings again, and takes over those that may change while it serves, for all loops before
  /// this returns. What is wrong anywhere changes nothing.
  void reload();
  void take_over(const command_line& read);
  void use(site_policy_ptr policy);
  left_behind stop();

  /// The last epoch to the store, and from its batches to the links, within --flush-deadline.
  void hand_over();

  /// Once the loops have ended.
  left_behind what_is_left() const;

  held_hangups hangups_;  // first: before any thread
  const settings_source read_again_;
  const config settings_;
  std::vector<setting> said_;  // as it holds now
  const system_clock clock_;
  const monotonic_time started_;
  const fingerprinter fingerprint_of_;
  std::atomic<bool> draining_{false};
  handler_settings handler_settings_;
  const site_pages pages_;

  recent_links recent_;
  outage_room outage_room_;
  journal journal_;  // before the store: it makes the data directory
  measured_store store_;
  count_cache cache_;
  count_loader loader_;
  share_ids share_ids_;
  share_recorder shares_;
  std::unique_ptr<rate_limiter> rate_;
  impression_filter filter_;
  site_policy_ptr policy_;  // what the loops have, too
  std::unique_ptr<link_budget> new_links_;
  const std::unique_ptr<survey> survey_;
  site_views views_;  // the pages of sites
  services services_;
  flusher flusher_;
  folder folder_;
  minute_history minutes_;
  query_desk desk_;
  range_reader ranges_;
  std::vector<site_handler*> site_handlers_;  // owned by site_; one a loop
  std::unique_ptr<http::server> site_;
  admin_hosts admin_hosts_;
  std::unique_ptr<dashboard> dashboard_;  // null where there is no admin listener
  std::unique_ptr<http::server> admin_;
  std::unique_ptr<http::server> probes_;
  minute_keeper keeper_;  // last: it asks the loops
};

}  // namespace buttond
