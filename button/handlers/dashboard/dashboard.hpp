#pragma once
// The dashboard on the admin listener: its page and files, and what they ask for, as JSON and CSV. Read-only.
// Makes nothing on an event loop: what takes a while is made on desks, once for all who ask. Thread-safe;
// owned by app.

#include "button/dashboard/query_desk.hpp"
#include "button/handlers/dashboard/dashboard_parts.hpp"
#include "button/handlers/dashboard/fleet_source.hpp"
#include "button/handlers/dashboard/now.hpp"
#include "button/handlers/site_policy.hpp"
#include "button/http/request_handler.hpp"

#include <memory>
#include <mutex>
#include <string>

namespace buttond {

class dashboard {
 public:
  /// The desk of `parts` is stopped before this is destroyed: what it makes is of this.
  dashboard(dashboard_parts parts, site_policy_ptr policy);

  void start() { now_desk_.start(); }

  /// Ends its thread: what is asked from then on is not answered.
  void stop() { now_desk_.stop(); }

  /// What `policy` says holds from the next question on.
  void use(site_policy_ptr policy);

  /// Answers a GET or HEAD into `out`, or returns what to wait for; on the loop's thread. 404 for what is not
  /// here.
  std::shared_ptr<http::deferred_answer> answer(const http::request& in, http::response& out);

  // What the routes are made of; `name` names the question and its parameters.

  /// Of what is going on now, which does not wait for the store.
  std::shared_ptr<http::deferred_answer> ask_now(const std::string& name,
                                                 desk_answer (*render)(const now_view&,
                                                                       const dashboard_parts&));

  /// Of what may take the store its time.
  std::shared_ptr<http::deferred_answer> ask(const std::string& name, query_desk::maker make,
                                             query_desk::maker late);

  const dashboard_parts& parts() const noexcept { return parts_; }
  fleet_source& fleet() noexcept { return fleet_; }
  site_policy_ptr policy() const;

 private:
  const dashboard_parts parts_;
  mutable std::mutex mutex_;  // over policy_
  site_policy_ptr policy_;
  fleet_source fleet_;
  now_maker now_;        // now_desk_'s thread
  query_desk now_desk_;  // of one thread, so that what hangs in the store never holds it up; last: it uses
                         // the others
};

}  // namespace buttond
