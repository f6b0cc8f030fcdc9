#include "button/handlers/pages/public_origin.hpp"

#include "common/error.hpp"
#include "common/masked_uri.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace buttond {
namespace {

/// Letters, digits, dots, hyphens and underscores of a name; the colons and brackets of addresses and ports.
constexpr bool is_plain(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view(".-_:[]").find(c) != std::string_view::npos;
}

}  // namespace

std::string parse_public_url(std::string_view text) {
  const auto refuse = [text](std::string_view why) {
    return startup_error(fmt::format("{} {}; write for example https://share.example.com", text, why));
  };
  const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
  if (!parsed ||
      (parsed->scheme_id() != boost::urls::scheme::http && parsed->scheme_id() != boost::urls::scheme::https))
    throw refuse("is not a URL that begins with https:// or http://");
  if (parsed->encoded_host().empty()) throw refuse("has no host");
  if (parsed->has_userinfo()) {
    throw startup_error(fmt::format("{} has credentials, which every reader of / would see; leave them out",
                                    masked_uri(text)));
  }
  if (parsed->has_query() || parsed->has_fragment()) throw refuse("has a query or a fragment");
  if (!parsed->encoded_path().empty() && parsed->encoded_path() != "/")
    throw refuse("has a path; buttond needs a host of its own");
  const auto place = parsed->encoded_host_and_port();
  if (!std::ranges::all_of(place, is_plain)) throw refuse("has a host that is no plain name or address");
  return fmt::format("{}://{}", parsed->scheme_id() == boost::urls::scheme::https ? "https" : "http",
                     std::string_view(place.data(), place.size()));
}

std::string origin_of_host(std::string_view host) {
  if (host.empty() || !std::ranges::all_of(host, is_plain)) host = "localhost";
  const bool named = host.find(':') == host.npos && host != "localhost";
  return (named ? "https://" : "http://") + std::string(host);
}

}  // namespace buttond
