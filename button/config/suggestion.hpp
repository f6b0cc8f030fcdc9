#pragma once
// What somebody who wrote a name that is not there may have meant.

#include <string>
#include <string_view>
#include <vector>

namespace buttond {

/// The name among `names` that `written` is most likely meant to be; empty where none is near. Capital
/// letters, leading dashes and underscores for dashes make no difference.
std::string nearest_name(std::string_view written, const std::vector<std::string>& names);

/// "; did you mean epoch?", or nothing.
std::string did_you_mean(std::string_view written, const std::vector<std::string>& names);

}  // namespace buttond
