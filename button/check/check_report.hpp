#pragma once
// What `buttond check` found, a line each, and the exit status that comes of it. One thread.

#include "common/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <utility>

namespace buttond {

class check_report {
 public:
  explicit check_report(std::ostream& out) : out_(out) {}

  template <class... Parts>
  void ok(fmt::format_string<Parts...> text, Parts&&... parts) {
    tell("ok", fmt::format(text, std::forward<Parts>(parts)...));
  }

  /// The server would run.
  template <class... Parts>
  void warning(fmt::format_string<Parts...> text, Parts&&... parts) {
    tell("warning", fmt::format(text, std::forward<Parts>(parts)...));
    status_ = std::max(status_, 1);
  }

  /// It would not start.
  template <class... Parts>
  void error(fmt::format_string<Parts...> text, Parts&&... parts) {
    tell("error", fmt::format(text, std::forward<Parts>(parts)...));
    status_ = 2;
  }

  /// A line that is no finding.
  void tell(const std::string& mark, const std::string& text) {
    out_ << fmt::format("{:<8} {}\n", mark, printable(text));
  }

  int status() const noexcept { return status_; }

 private:
  std::ostream& out_;
  int status_ = 0;
};

}  // namespace buttond
