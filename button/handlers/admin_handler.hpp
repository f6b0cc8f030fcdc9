#pragma once
// The admin listener's request handler: /metrics, which is answered under our own names only, /healthz and
// /readyz, which say nothing that a stranger may not know. Loop thread (of the admin server) only.

#include "button/handlers/admin_hosts.hpp"
#include "button/handlers/metrics.hpp"
#include "button/http/request_handler.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

namespace buttond {

/// Takes a snapshot of everything and hands it to `done`, on any thread. Provided by app.
using snapshot_source = std::function<void(std::function<void(const metrics_snapshot&)> done)>;

class admin_handler final : public http::request_handler {
 public:
  /// `hosts` outlives it.
  admin_handler(snapshot_source source, const std::atomic<bool>& draining, const admin_hosts& hosts);

  std::shared_ptr<http::deferred_answer> handle(const http::request& in, http::response& out) override;
  bool takes_body(const http::request& head, http::response& out) override;
  void refuse(std::uint16_t status, std::string_view reason, http::response& out) override;
  void answered(std::uint16_t status, std::uint8_t route, std::chrono::nanoseconds taken) noexcept override;

 private:
  snapshot_source source_;
  const std::atomic<bool>& draining_;
  const admin_hosts& hosts_;
};

}  // namespace buttond
