#pragma once
// What is logged, for tests of what is said.

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace buttond::testing {

/// What is logged while this lives, a line each: "level message".
class caught_log {
 public:
  caught_log() : before_(spdlog::default_logger()) {
    auto logger = std::make_shared<spdlog::logger>(
        "caught", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_, true));
    logger->set_pattern("%l %v");
    spdlog::set_default_logger(std::move(logger));
  }
  ~caught_log() { spdlog::set_default_logger(before_); }
  caught_log(const caught_log&) = delete;
  caught_log& operator=(const caught_log&) = delete;

  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    std::istringstream in(text_.str());
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
  }

 private:
  std::ostringstream text_;
  const std::shared_ptr<spdlog::logger> before_;
};

}  // namespace buttond::testing
