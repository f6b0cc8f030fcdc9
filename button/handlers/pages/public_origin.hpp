#pragma once
// This server's address as the pages reach it that carry its buttons, for what is copied into them: the one
// that the operator gave, else what the request's Host says. No state; any thread.

#include <string>
#include <string_view>

namespace buttond {

/// The origin of --public-url, "https://share.example.com". Throws startup_error, without naming the flag,
/// for what is none.
std::string parse_public_url(std::string_view text);

/// The origin that a request was sent to. The scheme is not in a request: a name without a port is taken to
/// be reached by https, anything else is a server being tried out. Whoever asks chooses the Host, so one of
/// other characters than names and addresses are made of is not repeated: it is localhost.
std::string origin_of_host(std::string_view host);

}  // namespace buttond
