#pragma once
// The indexes of MongoDB's collections. What works with them works without, and slower. No state.

#include "button/store/mongodb_client.hpp"
#include "common/error.hpp"

#include <string>

namespace buttond {

/// Makes those that are missing, all that the server lets us make.
result<void> make_indexes(mongodb_client& client, std::string& why);

/// The same of those that only the survey asks by: where millions of site days are there, the server makes
/// theirs for some seconds, and goes on with it when this call is given up.
result<void> make_survey_indexes(mongodb_client& client, std::string& why);

}  // namespace buttond
