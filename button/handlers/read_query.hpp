#pragma once
// Reads a request's query. Loop thread only.

#include "button/http/request.hpp"
#include "common/query.hpp"

#include <span>
#include <string>
#include <string_view>

namespace buttond {

/// Calls `take(name, value)` for each parameter, in order. `known` are the names that the route knows (see
/// query_reader). What is decoded is written into `scratch`: the views are good until it is used again.
template <class Take>
void read_query(const http::request& in, std::span<const std::string_view> known, std::string& scratch,
                Take&& take) {
  if (scratch.size() < in.query.size()) scratch.resize(in.query.size());
  query_reader reader(in.query, known, scratch);
  query_parameter parameter;
  while (reader.next(parameter)) take(parameter.name, parameter.value);
}

}  // namespace buttond
