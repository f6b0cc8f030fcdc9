#pragma once
// What is wrong with a MongoDB URI, seen before the driver has it: the driver takes the first "@" for the end
// of the password, and what follows for a host, which it quotes. No state.

#include <string>
#include <string_view>

namespace buttond {

/// What is wrong with the part between "://" and the database, as a clause that has nothing of the password;
/// empty where nothing is.
std::string fault_of_authority(std::string_view uri);

/// What the driver says of a URI, without the values of options: one may be a secret.
std::string without_values(std::string_view message);

}  // namespace buttond
