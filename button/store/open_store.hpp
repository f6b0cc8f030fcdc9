#pragma once
// Opens the store that `--store` names.

#include "button/store/store.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace buttond {

/// `uri` is "sqlite:FILE", "mongodb://..." or "mongodb+srv://...". Throws startup_error for one that cannot
/// be used whatever happens (syntax, no database name, unknown scheme); a store that is merely down is
/// opened, and its calls fail until it is there. The password of a URI is never logged.
std::unique_ptr<store> open_store(const std::string& uri);

}  // namespace buttond
