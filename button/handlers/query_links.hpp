#pragma once
// Reads a request's query: every `url` becomes a link of the context, and every parameter goes to the route.

#include "button/handlers/loop_context.hpp"
#include "button/http/request.hpp"
#include "common/query.hpp"

#include <span>
#include <string_view>

namespace buttond {

/// `known` are the names that the route knows ("url" among them). `take(name, value)` gets each parameter in
/// order; its views are good until the next request. False when there are more links than max_links.
template <class Take>
bool read_query(loop_context& context, const http::request& in, std::span<const std::string_view> known,
                Take&& take) {
  context.links.clear();
  query_reader reader = context.parameters(in, known);
  query_parameter parameter;
  while (reader.next(parameter)) {
    if (parameter.name == "url" &&
        !context.links.add(parameter.value, context.shared.settings.rules, context.shared.fingerprint_of)) {
      return false;
    }
    take(parameter.name, parameter.value);
  }
  return true;
}

}  // namespace buttond
