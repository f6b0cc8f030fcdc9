#include "common/logging.hpp"

#include "common/printable.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <fmt/chrono.h>
#include <spdlog/formatter.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>
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

std::unique_ptr<spdlog::formatter> make_formatter(log_format format) {
  if (format == log_format::json) return std::make_unique<json_formatter>();
  return std::make_unique<spdlog::pattern_formatter>("%Y-%m-%dT%H:%M:%S.%eZ %l %v",
                                                     spdlog::pattern_time_type::utc);
}

}  // namespace

void set_up_log(log_format format, const std::string& level) {
  auto logger =
      std::make_shared<spdlog::logger>("buttond", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_formatter(std::make_unique<printable_formatter>(make_formatter(format)));
  logger->set_level(spdlog::level::from_str(level));
  logger->flush_on(spdlog::level::trace);
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace buttond
