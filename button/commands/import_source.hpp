#pragma once
// The file that is imported, as something that can be read twice: standard input and pipes are kept in a
// temporary file first. One thread.

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace buttond {

enum class import_format : std::uint8_t { json_lines, csv };

class import_source {
 public:
  /// "-" is standard input. Throws startup_error for a file that cannot be read.
  explicit import_source(const std::string& path);

  /// The file, read from its beginning again.
  std::FILE* rewound() const;

  std::uint64_t bytes() const noexcept { return bytes_; }

  /// How many of them were read since rewound().
  std::uint64_t position() const { return static_cast<std::uint64_t>(ftello(file_.get())); }

  /// Names this content, and `name` with it: 16 hexadecimal digits.
  std::string fingerprint(std::string_view name) const;

  /// What the file's name or its first character says.
  import_format format() const;

 private:
  struct closer {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
  };

  std::string path_;
  std::unique_ptr<std::FILE, closer> file_;
  std::uint64_t bytes_ = 0;
};

}  // namespace buttond
