#pragma once
// The records of a CSV file, as RFC 4180 has them: fields separated by commas; a field in double quotes may
// hold commas, line ends and doubled double quotes. Lines end with LF or CRLF. One thread.

#include <sys/types.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace buttond {

class csv_records {
 public:
  /// Reads `file` from where it stands; it must be seekable and outlive this.
  explicit csv_records(std::FILE* file) : file_(file) {}

  /// The names in the first record, each once. Throws startup_error where there are none.
  const std::vector<std::string>& header();

  /// The next record that is not an empty line; false at the end. `problem` says why it cannot be read, as
  /// where it has not as many fields as the header. After a problem the next record begins on the next line,
  /// so that a quote which is never closed costs one line and not the rest of the file.
  bool next(std::vector<std::string>& fields, std::uint64_t& line, std::string& problem);

 private:
  bool read(std::vector<std::string>& fields, std::uint64_t& line, std::string& problem);

  /// Reads up to the end of the record, or of a field. Returns the problem, or nothing.
  std::string read_record(std::vector<std::string>& fields);
  std::string read_plain(std::string& field);
  std::string read_quoted(std::string& field);

  void skip_first_line(std::uint64_t line);
  int peek();
  int take();

  std::FILE* file_;
  std::vector<std::string> names_;
  off_t start_ = 0;         // of the record
  std::uint64_t line_ = 0;  // lines that ended so far
  std::size_t size_ = 0;    // of the record
};

}  // namespace buttond
