#pragma once
// The request handler of --probes: /healthz and /readyz, and nothing else, from a loop that no reader can
// hold up. Loop thread (of the probes' server) only.

#include "button/http/request_handler.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

namespace buttond {

class probe_handler final : public http::request_handler {
 public:
  explicit probe_handler(const std::atomic<bool>& draining) : draining_(draining) {}

  std::shared_ptr<http::deferred_answer> handle(const http::request& in, http::response& out) override;
  bool takes_body(const http::request& head, http::response& out) override;
  void refuse(std::uint16_t status, std::string_view reason, http::response& out) override;
  void answered(std::uint16_t status, std::uint8_t route, std::chrono::nanoseconds taken) noexcept override;

 private:
  const std::atomic<bool>& draining_;
};

}  // namespace buttond
