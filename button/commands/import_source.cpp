#include "button/commands/import_source.hpp"

#include "common/error.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace buttond {
namespace {

using buffer = std::array<char, 65'536>;

[[noreturn]] void fail(const std::string& path, const char* what) {
  throw startup_error(fmt::format("{} {}: {}", path, what, std::strerror(errno)));
}

}  // namespace

import_source::import_source(const std::string& path) : path_(path == "-" ? "standard input" : path) {
  file_.reset(path == "-" ? stdin : std::fopen(path.c_str(), "re"));
  if (!file_) fail(path_, "cannot be read");
  struct stat status {};
  if (fstat(fileno(file_.get()), &status) != 0) fail(path_, "cannot be read");
  if (S_ISDIR(status.st_mode)) throw startup_error(path_ + " is a folder; name a file");
  if (!S_ISREG(status.st_mode) || ftello(file_.get()) != 0) {
    std::unique_ptr<std::FILE, closer> kept{std::tmpfile()};
    if (!kept) fail("a temporary file", "cannot be made");
    buffer bytes;
    while (const auto count = std::fread(bytes.data(), 1, bytes.size(), file_.get()))
      if (std::fwrite(bytes.data(), 1, count, kept.get()) != count)
        fail("a temporary file", "cannot be written");
    if (std::ferror(file_.get()) != 0) fail(path_, "cannot be read");
    file_ = std::move(kept);
  }
  if (fseeko(file_.get(), 0, SEEK_END) != 0) fail(path_, "cannot be read");
  bytes_ = static_cast<std::uint64_t>(ftello(file_.get()));
}

std::FILE* import_source::rewound() const {
  if (fseeko(file_.get(), 0, SEEK_SET) != 0) fail(path_, "cannot be read");
  return file_.get();
}

std::string import_source::fingerprint(std::string_view name) const {
  crypto_generichash_state state;
  std::array<unsigned char, crypto_generichash_BYTES_MIN> hash;
  crypto_generichash_init(&state, nullptr, 0, hash.size());
  buffer bytes;
  auto* file = rewound();
  while (const auto count = std::fread(bytes.data(), 1, bytes.size(), file))
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(bytes.data()), count);
  if (std::ferror(file) != 0) fail(path_, "cannot be read");
  crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(name.data()), name.size());
  // The length tells a name from an end of the file that reads alike.
  const auto length = static_cast<std::uint64_t>(name.size());
  crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(&length), sizeof(length));
  crypto_generichash_final(&state, hash.data(), hash.size());
  std::string text;
  for (std::size_t i = 0; i < 8; ++i) text += fmt::format("{:02x}", hash[i]);
  return text;
}

import_format import_source::format() const {
  if (path_.ends_with(".csv")) return import_format::csv;
  if (path_.ends_with(".jsonl") || path_.ends_with(".ndjson")) return import_format::json_lines;
  auto* file = rewound();
  int first = std::fgetc(file);
  while (first == ' ' || first == '\t' || first == '\r' || first == '\n' || first == 0xef || first == 0xbb ||
         first == 0xbf)
    first = std::fgetc(file);
  if (first == '[') {
    throw startup_error(path_ + " is a JSON array; import takes one object a line (jq -c '.[]' makes it so)");
  }
  return first == '{' ? import_format::json_lines : import_format::csv;
}

}  // namespace buttond
