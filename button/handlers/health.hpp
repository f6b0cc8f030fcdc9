#pragma once
// The answers for load balancers, which all listeners give: never redirected, never counted, never logged.

#include "button/http/response.hpp"

#include <atomic>
#include <string_view>

namespace buttond {

/// 200: the process is alive.
void write_alive(http::response& out);

/// 200: take traffic; 503 while draining.
void write_ready(const std::atomic<bool>& draining, http::response& out);

/// The one of these that `path` asks for. False where it is neither.
bool answer_probe(std::string_view path, const std::atomic<bool>& draining, http::response& out);

}  // namespace buttond
