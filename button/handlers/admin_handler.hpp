#pragma once
// The admin listener's request handler: /metrics, which is answered under our own names only, /healthz and
// /readyz, which say nothing that a stranger may not know. Loop thread (of the admin server) only.

#include "button/handlers/admin_hosts.hpp"
#include "button/handlers/metrics/metrics.hpp"
#include "button/handlers/probe_handler.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

namespace buttond {

/// Takes a snapshot of everything and hands it to `done`, on any thread. Provided by app.
using snapshot_source = std::function<void(std::function<void(const metrics_snapshot&)> done)>;

class admin_handler final : public probe_handler {
 public:
  /// `hosts` outlives it.
  admin_handler(snapshot_source source, const std::atomic<bool>& draining, const admin_hosts& hosts);

 private:
  std::shared_ptr<http::deferred_answer> answer_other(const http::request& in, http::response& out) override;

  snapshot_source source_;
  const admin_hosts& hosts_;
};

}  // namespace buttond
