#pragma once
// The address of a store as it may be told: in a log, in an error, on a terminal.

#include <string>
#include <string_view>

namespace buttond {

/// `uri` with "***" for whatever may be part of a password or another secret, also where it is written
/// wrongly: the password ends at the last '@', escaped or not, and what is no plain list of hosts is taken
/// for one. Of the options only those are told that hold no secret.
std::string masked_uri(std::string_view uri);

}  // namespace buttond
