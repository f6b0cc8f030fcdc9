#include "button/http/request_origin.hpp"

#include "common/ascii.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace buttond::http {
namespace {

/// The lines behind the one that a request's target stands in. It stands in a whole head, which ends in an
/// empty line: that is where this ends, too.
class lines_behind {
 public:
  explicit lines_behind(std::string_view target) noexcept : at_(target.data() + target.size()) { next(); }

  /// Nothing at the end of the head.
  std::string_view next() noexcept {
    const char* const begin = at_;
    const char* end = begin;
    while (*end != '\n') ++end;
    at_ = end + 1;
    std::string_view line(begin, static_cast<std::size_t>(end - begin));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }

 private:
  const char* at_;
};

struct authority {
  std::string_view host;
  std::string_view port;
};

authority split(std::string_view text) noexcept {
  const auto colon = text.rfind(':');
  if (colon == text.npos || text.find(']', colon) != text.npos) return {text, {}};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

/// The Host as the origin of scheme "http" or "https" would have it.
bool is_own(std::string_view origin, std::string_view host) noexcept {
  std::string_view usual_port;
  if (starts_with_ignoring_case(origin, "http://"))
    usual_port = "80";
  else if (starts_with_ignoring_case(origin, "https://"))
    usual_port = "443";
  else
    return false;
  const authority theirs = split(origin.substr(origin.find("//") + 2));
  const authority ours = split(host);
  const auto same = [](char a, char b) { return ascii_lower(a) == ascii_lower(b); };
  if (!std::ranges::equal(theirs.host, ours.host, same)) return false;
  return ours.port.empty() || ours.port == (theirs.port.empty() ? usual_port : theirs.port);
}

}  // namespace

bool has_foreign_origin(const request& in) noexcept {
  constexpr std::string_view name = "origin:";
  if (in.target.empty()) return false;
  lines_behind lines(in.target);
  for (std::string_view line = lines.next(); !line.empty(); line = lines.next()) {
    if (!starts_with_ignoring_case(line, name)) continue;
    if (!is_own(trimmed<' ', '\t'>(line.substr(name.size())), in.host)) return true;
  }
  return false;
}

}  // namespace buttond::http
