#pragma once
// A request read in both ways, to be compared.

#include "button/http/plain_head.hpp"
#include "button/http/request_parser.hpp"

#include <string_view>
#include <vector>

namespace buttond::http {

/// What one of the two readers made of an input.
struct read_request {
  parsed outcome;
  request in;
  std::vector<std::string_view> forwarded;  // from the last line to the first

  bool operator==(const read_request& other) const {
    if (outcome.is != other.outcome.is || outcome.size != other.outcome.size ||
        outcome.status != other.outcome.status ||
        outcome.expects_continue != other.outcome.expects_continue ||
        outcome.unread_body != other.outcome.unread_body)
      return false;
    if (outcome.is != parsed::state::complete) return outcome.reason == other.outcome.reason;
    const request& their = other.in;
    return in.verb == their.verb && in.http11 == their.http11 && in.keep_alive == their.keep_alive &&
           in.target == their.target && in.path == their.path && in.query == their.query &&
           in.host == their.host && in.user_agent == their.user_agent &&
           in.accept_encoding == their.accept_encoding && in.accept_language == their.accept_language &&
           in.authorization == their.authorization && in.content_type == their.content_type &&
           in.if_none_match == their.if_none_match && in.if_modified_since == their.if_modified_since &&
           in.range == their.range && in.sec_purpose == their.sec_purpose &&
           in.sec_fetch_dest == their.sec_fetch_dest && in.sec_fetch_site == their.sec_fetch_site &&
           in.body == their.body && in.do_not_track == their.do_not_track && forwarded == other.forwarded;
  }
};

template <class Parse>
read_request read_with(Parse parse, std::string_view input, const limits& limit) {
  read_request read;
  forwarded_lines lines;
  read.outcome = parse(input, limit, read.in, lines);
  for (std::size_t back = 0; back < lines.size(); ++back) read.forwarded.push_back(lines.from_end(back));
  return read;
}

inline read_request read_quickly(std::string_view input, const limits& limit = {}) {
  return read_with(parse_request, input, limit);
}

inline read_request read_by_beast(std::string_view input, const limits& limit = {}) {
  return read_with(parse_any_request, input, limit);
}

}  // namespace buttond::http
