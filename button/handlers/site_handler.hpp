#pragma once
// The public listener's request handler, one a loop: finds the route, checks the method, and answers what is
// the same for every route (404, 405, OPTIONS). Loop thread only.

#include "button/handlers/loop_context.hpp"
#include "button/handlers/request_metrics.hpp"
#include "button/http/request_handler.hpp"
#include "button/http/status.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace buttond {

/// The names of the routes as response::route numbers them; 0 is "none". Two numbers may have one name.
std::string_view route_name(std::size_t route) noexcept;
std::size_t route_count() noexcept;

/// The statuses that a route may answer, its own and not for a method that it does not take; none for one
/// that is not measured.
http::status_set route_answers(std::size_t route) noexcept;

class site_handler final : public http::request_handler {
 public:
  site_handler(const services& shared, impression_counter& counter, site_policy_ptr policy);

  std::shared_ptr<http::deferred_answer> handle(const http::request& in, http::response& out) override;
  bool takes_body(const http::request& head, http::response& out) override;
  void refuse(std::uint16_t status, std::string_view reason, http::response& out) override;
  void answered(std::uint16_t status, std::uint8_t route, std::chrono::nanoseconds taken) noexcept override;

  /// What `policy` says holds from the next request on.
  void use(site_policy_ptr policy) noexcept { context_.policy = std::move(policy); }

  const request_metrics& metrics() const noexcept { return metrics_; }
  const impression_counter& counter() const noexcept { return context_.counter; }
  const refused_links& refused() const noexcept { return context_.refused; }
  const turned_away& turned_away_here() const noexcept { return context_.filtered->noted; }

 private:
  /// By the route of that number in the table.
  std::shared_ptr<http::deferred_answer> answer(std::size_t number, const http::request& in,
                                                http::response& out);

  loop_context context_;
  request_metrics metrics_;
  std::string folded_path_;
};

}  // namespace buttond
