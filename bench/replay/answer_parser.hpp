#pragma once
// Cuts a connection's bytes into answers. Keeps nothing of an answer but its status and whether the
// connection stays open after it, so that a generator costs less than what it measures.
// Beast's parser does the work; it stays behind this header. Not thread-safe; one a connection.

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace buttond::replay {

struct answer {
  std::uint16_t status = 0;
  bool keep_alive = true;
};

class answer_parser {
 public:
  answer_parser();
  ~answer_parser();

  /// Takes bytes from `data` and returns how many. After that either done() is true, or it wants more bytes
  /// than there were (present the rest again, with more behind it), or `error` says why this is no answer.
  std::size_t put(const char* data, std::size_t size, boost::system::error_code& error);

  /// The server closed: true when that completes the answer (one without a length).
  bool put_eof();

  bool done() const noexcept;
  answer get() const noexcept;

  /// Ready for the next answer.
  void reset();

 private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace buttond::replay
