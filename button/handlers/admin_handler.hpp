#pragma once
// The admin listener's request handler: /metrics and the dashboard, which are answered under our own names
// only and to no page of anybody else, /healthz and /readyz, which say nothing that a stranger may not know.
// Loop thread (of the admin server) only.

#include "button/handlers/admin_hosts.hpp"
#include "button/handlers/dashboard/dashboard.hpp"
#include "button/handlers/probe_handler.hpp"
#include "button/handlers/snapshot_source.hpp"

#include <atomic>
#include <memory>

namespace buttond {

class admin_handler final : public probe_handler {
 public:
  /// `hosts` and `board` outlive it.
  admin_handler(snapshot_source source, const std::atomic<bool>& draining, const admin_hosts& hosts,
                dashboard& board);

 private:
  std::shared_ptr<http::deferred_answer> answer_other(const http::request& in, http::response& out) override;

  snapshot_source source_;
  const admin_hosts& hosts_;
  dashboard& board_;
};

}  // namespace buttond
