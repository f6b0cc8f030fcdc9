#pragma once
// Opens the store that `--store` names.

#include "button/store/store.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace buttond {

/// Whether a store that is not there yet is made. MongoDB makes its collections by itself.
enum class if_missing : std::uint8_t { create, fail };

/// `uri` is "sqlite:FILE", "mongodb://.../DATABASE" or "mongodb+srv://.../DATABASE". Throws startup_error for
/// one that cannot be used whatever happens (syntax, no database name, unknown scheme, tables of a newer
/// version); a store that is merely down is opened, and its calls fail until it is there. The password of a
/// URI is never logged.
std::unique_ptr<store> open_store(const std::string& uri, if_missing missing = if_missing::create);

}  // namespace buttond
