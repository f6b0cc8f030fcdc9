#pragma once
// The versions of the database libraries that this process runs with, for `--version`. Each is defined where
// its library is opened.

namespace buttond {

const char* mongoc_version() noexcept;
const char* sqlite_version() noexcept;

}  // namespace buttond
