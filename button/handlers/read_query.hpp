#pragma once
// Reads a request's query. Loop thread only.

#include "button/http/request.hpp"
#include "common/query.hpp"

#include <string>
#include <string_view>

namespace buttond {

/// Calls `take(name, value)` for each parameter, in order. What is decoded is written into `scratch`: the
/// views are good until it is used again.
template <class Take>
void read_query(const http::request& in, std::string& scratch, Take&& take) {
  if (scratch.size() < in.query.size()) scratch.resize(in.query.size());
  query_reader reader(in.query, scratch);
  query_parameter parameter;
  while (reader.next(parameter)) take(parameter.name, parameter.value);
}

}  // namespace buttond
