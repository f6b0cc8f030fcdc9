#pragma once
// A link as a reader is shown it: whole, its host apart, so that he sees where it leads. No state; any
// thread.

#include <string>
#include <string_view>

namespace buttond {

struct shown_link {
  std::string scheme;  // "https://"
  std::string host;    // as it really is, in ASCII, with its port: no credentials, no look-alike letters
  std::string rest;    // from its path on; what cannot be seen, or would turn the order around, is encoded
};

/// `url` has a key, whose site is `site`. The host is the site, which is what the link is counted under, with
/// a "www." where the URL has one.
shown_link show_link(std::string_view url, std::string_view site);

}  // namespace buttond
