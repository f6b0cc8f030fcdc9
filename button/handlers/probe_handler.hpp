#pragma once
// The request handler of --probes: /healthz and /readyz, and nothing else, from a loop that no reader can
// hold up. The admin listener's is one that answers more. Loop thread (of its server) only.

#include "button/http/request_handler.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

namespace buttond {

class probe_handler : public http::request_handler {
 public:
  explicit probe_handler(const std::atomic<bool>& draining) : draining_(draining) {}

  std::shared_ptr<http::deferred_answer> handle(const http::request& in, http::response& out) final;
  bool takes_body(const http::request& head, http::response& out) final;
  void refuse(std::uint16_t status, std::string_view reason, http::response& out) final;
  void answered(std::uint16_t status, std::uint8_t route, std::chrono::nanoseconds taken) noexcept final;

 private:
  /// What is no probe; GET or HEAD.
  virtual std::shared_ptr<http::deferred_answer> answer_other(const http::request& in, http::response& out);

  const std::atomic<bool>& draining_;
};

}  // namespace buttond
