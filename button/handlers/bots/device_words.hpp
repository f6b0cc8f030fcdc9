#pragma once
// What in an agent is the name of a device, a network or a maker: a browser puts it in brackets, and there a
// "bot" or a "spider" is a telephone. Lives as long as one agent is looked at; allocates nothing.

#include "button/handlers/bots/sign_index.hpp"

#include <cstddef>
#include <string_view>

namespace buttond {

/// What in brackets says that they are about a device.
class device_signs {
 public:
  device_signs();

  /// Whether `brackets`, which begin with the opening one, are about a device: "(Linux; Android 9; M bot
  /// 60)", but not "(compatible; Googlebot/2.1)".
  bool are_in(std::string_view brackets) const noexcept;

 private:
  sign_index index_;
};

/// The brackets of one agent, asked about from its beginning to its end: linear in its length, however often.
class device_words {
 public:
  device_words(std::string_view agent, const device_signs& signs) noexcept : agent_(agent), signs_(signs) {}

  /// Whether what stands at `at` is in a device's brackets.
  bool hold(std::size_t at) noexcept;

 private:
  void read_next_brackets() noexcept;

  std::string_view agent_;
  const device_signs& signs_;
  std::size_t begin_ = 0;  // of the last brackets that were read, inner ones in them
  std::size_t end_ = 0;
  bool of_device_ = false;
};

}  // namespace buttond
