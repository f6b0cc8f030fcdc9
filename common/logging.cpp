#include "common/logging.hpp"

#include "common/printable.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <fmt/chrono.h>
#include <spdlog/formatter.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <systemd/sd-daemon.h>

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>

namespace buttond {
namespace {

/// One JSON object a line: {"time":"2026-01-31T12:00:00.123Z","level":"info","message":"..."}.
class json_formatter final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    const auto millisecond = std::chrono::floor<std::chrono::milliseconds>(message.time);
    const auto second = std::chrono::floor<std::chrono::seconds>(millisecond);
    const auto level = spdlog::level::to_string_view(message.level);
    const boost::json::string text(message.payload.data(), message.payload.size());
    fmt::format_to(std::back_inserter(out),
                   "{{\"time\":\"{:%Y-%m-%dT%H:%M:%S}.{:03}Z\",\"level\":\"{}\",\"message\":{}}}\n",
                   fmt::gmtime(std::chrono::system_clock::to_time_t(second)), (millisecond - second).count(),
                   std::string_view(level.data(), level.size()), boost::json::serialize(text));
  }

  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<json_formatter>(); }
};

/// One line a message, whatever of others stands in it.
class printable_formatter final : public spdlog::formatter {
 public:
  explicit printable_formatter(std::unique_ptr<spdlog::formatter> inner) : inner_(std::move(inner)) {}

  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    const std::string text = printable({message.payload.data(), message.payload.size()});
    spdlog::details::log_msg clean = message;
    clean.payload = text;
    inner_->format(clean, out);
  }

  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<printable_formatter>(inner_->clone());
  }

 private:
  std::unique_ptr<spdlog::formatter> inner_;
};

/// "<4>" before what `inner` makes of a warning: sd-daemon(3) has the numbers.
class prioritised_formatter final : public spdlog::formatter {
 public:
  explicit prioritised_formatter(std::unique_ptr<spdlog::formatter> inner) : inner_(std::move(inner)) {}

  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    const std::string_view priority = message.level >= spdlog::level::err    ? SD_ERR
                                      : message.level == spdlog::level::warn ? SD_WARNING
                                      : message.level == spdlog::level::info ? SD_INFO
                                                                             : SD_DEBUG;
    out.append(priority.data(), priority.data() + priority.size());
    inner_->format(message, out);
  }

  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<prioritised_formatter>(inner_->clone());
  }

 private:
  std::unique_ptr<spdlog::formatter> inner_;
};

/// Standard error, with the number of lines that went there.
class counting_sink final : public spdlog::sinks::stderr_sink_mt {
 public:
  void log(const spdlog::details::log_msg& message) override {
    lines_[static_cast<std::size_t>(message.level)].fetch_add(1, std::memory_order_relaxed);
    stderr_sink::log(message);
  }

  std::uint64_t lines(spdlog::level::level_enum level) const noexcept {
    return lines_[static_cast<std::size_t>(level)].load(std::memory_order_relaxed);
  }

 private:
  std::array<std::atomic<std::uint64_t>, spdlog::level::n_levels> lines_{};
};

std::unique_ptr<spdlog::formatter> make_formatter(log_format format) {
  if (format == log_format::json) return std::make_unique<json_formatter>();
  return std::make_unique<spdlog::pattern_formatter>(
      goes_to_journald() ? "%v" : "%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
}

}  // namespace

bool goes_to_journald() noexcept {
  // Read before any thread starts.
  const char* given = std::getenv("JOURNAL_STREAM");
  if (given == nullptr) return false;
  unsigned long long device = 0;
  unsigned long long inode = 0;
  struct ::stat standard_error {};
  return std::sscanf(given, "%llu:%llu", &device, &inode) == 2 &&
         ::fstat(STDERR_FILENO, &standard_error) == 0 && standard_error.st_dev == device &&
         standard_error.st_ino == inode;
}

void set_up_log(log_format format, const std::string& level) {
  auto logger = std::make_shared<spdlog::logger>("buttond", std::make_shared<counting_sink>());
  auto formatter = make_formatter(format);
  if (goes_to_journald()) formatter = std::make_unique<prioritised_formatter>(std::move(formatter));
  logger->set_formatter(std::make_unique<printable_formatter>(std::move(formatter)));
  logger->set_level(spdlog::level::from_str(level));
  logger->flush_on(spdlog::level::trace);
  spdlog::set_default_logger(std::move(logger));
}

void set_log_level(const std::string& level) {
  spdlog::set_level(spdlog::level::from_str(level));
}

log_lines log_lines_written() noexcept {
  for (const auto& sink : spdlog::default_logger_raw()->sinks()) {
    const auto* counting = dynamic_cast<const counting_sink*>(sink.get());
    if (counting == nullptr) continue;
    return {.debug = counting->lines(spdlog::level::debug),
            .info = counting->lines(spdlog::level::info),
            .warning = counting->lines(spdlog::level::warn),
            .error = counting->lines(spdlog::level::err)};
  }
  return {};
}

}  // namespace buttond
