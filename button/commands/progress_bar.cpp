#include "button/commands/progress_bar.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <ostream>
#include <string>

namespace buttond {

void progress_bar::show(const import_source& source, std::uint64_t lines) {
  if (isatty(STDERR_FILENO) == 0) return;
  constexpr int width = 40;
  const auto done = source.bytes() == 0
                        ? 1.0
                        : static_cast<double>(source.position()) / static_cast<double>(source.bytes());
  out_ << fmt::format("\r[{:<{}}] {:3.0f} %  {} lines",
                      std::string(static_cast<std::size_t>(done * width), '='), width, done * 100, lines)
       << std::flush;
  shown_ = true;
}

void progress_bar::show(std::string_view done) {
  if (isatty(STDERR_FILENO) == 0) return;
  out_ << '\r' << done << std::flush;
  shown_ = true;
}

void progress_bar::end() {
  if (shown_) out_ << '\n';
  shown_ = false;
}

}  // namespace buttond
