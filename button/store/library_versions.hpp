#pragma once
// The versions of the database libraries that this process runs with, for `--version`. Each is defined beside
// the only file that includes its library.

namespace buttond {

const char* mongoc_version() noexcept;
const char* sqlite_version() noexcept;

}  // namespace buttond
