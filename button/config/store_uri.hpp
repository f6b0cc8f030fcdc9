#pragma once
// What a store's URI must look like, whatever the store then says of it.

#include <string>

namespace buttond {

/// Throws startup_error that says what is wrong and what would do, without the flag and without any part of
/// the URI that may be secret. Empty is none, which is taken.
void check_store_uri(const std::string& uri);

}  // namespace buttond
