#pragma once
// Files that hold one secret: the token, the address of the store with its password.

#include <filesystem>
#include <string>
#include <vector>

namespace buttond {

/// The one line in `file`, without blanks around it. Throws startup_error that says what is wrong with the
/// file and what would do; nothing of its content is in it.
std::string read_secret(const std::filesystem::path& file);

/// Why others can read it; empty where they cannot, or where there is no such file.
std::string readable_by_others(const std::filesystem::path& file);

}  // namespace buttond
