#pragma once
// What a file of DATA/shares holds: a reader's share. Thread-safe: no state.

#include "button/store/store.hpp"
#include "common/error.hpp"

#include <string>
#include <string_view>

namespace buttond {

/// {"key":"..","id":"..","shares":1}
std::string share_as_json(const share_report& report);

/// errc::file_corrupt for anything else.
result<share_report> share_of_json(std::string_view text);

}  // namespace buttond
