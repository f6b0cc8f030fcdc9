#pragma once
// What one loop's handlers work with: the shared services, the loop's own counter, and memory used again from
// request to request, so that a hit allocates nothing. Owned by the loop's request handler; loop thread only.

#include "button/counts/count_loader.hpp"
#include "button/handlers/bot_memo.hpp"
#include "button/handlers/links.hpp"
#include "button/handlers/services.hpp"
#include "button/http/request.hpp"
#include "button/impressions/impression_counter.hpp"
#include "common/clock.hpp"
#include "common/query.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

struct loop_context {
  loop_context(const services& with, impression_counter& counts) : shared(with), counter(counts) {}

  /// Reads a request's query, of which the route knows the parameters `known`. What it gives is good until
  /// the next call.
  query_reader parameters(const http::request& in, std::span<const std::string_view> known) {
    if (scratch.size() < in.query.size()) scratch.resize(in.query.size());
    return {in.query, known, scratch};
  }

  const services& shared;
  impression_counter& counter;
  link_list links;
  bot_memo bots;
  std::vector<link_id> stale;  // of the links, those to be asked for again
  std::string scratch;         // for decoded query text
  monotonic_time now{};        // read once a request
};

}  // namespace buttond
