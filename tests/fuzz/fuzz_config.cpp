// Any bytes as a configuration file: it is taken with every value in its bounds, and these values written
// anew are taken alike, or it stops the start with one line.

#include "button/config.hpp"
#include "common/error.hpp"
#include "common/units.hpp"
#include "tests/fuzz/memory_file.hpp"
#include "tests/fuzz/require.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace buttond::testing {
namespace {

using std::chrono::milliseconds;

/// What a file says, as `serve` would read it.
std::optional<command_line> parse(const std::string& path) {
  const std::array<const char*, 3> arguments{"buttond", "--config", path.c_str()};
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

void check_bounds(const config& settings) {
  require(settings.threads >= 1 && settings.threads <= 256, "--threads is 1 to 256");
  for (const auto each : {settings.epoch, settings.fold, settings.sync, settings.limit.header_timeout,
                          settings.limit.idle_timeout, settings.limit.write_timeout})
    require(each >= milliseconds(10), "a time between two events is 10 ms at least");
  for (const auto each : {settings.fresh, settings.miss_wait, settings.drain_delay, settings.flush_deadline,
                          settings.epoch, settings.limit.idle_timeout})
    require(each >= milliseconds(0) && each <= std::chrono::hours(24), "a time is a day at most");
  const auto& limit = settings.limit;
  for (const auto bytes : {settings.cache_bytes, limit.waiting_bytes})
    require(bytes >= 64 << 10 && bytes <= std::size_t{1} << 40, "memory is 64 KiB to 1 TiB");
  for (const auto bytes : {limit.target_bytes, limit.header_bytes})
    require(bytes >= 256 && bytes <= 1 << 20, "a head is 256 bytes to 1 MiB");
  require(limit.body_bytes >= 256 && limit.body_bytes <= 64 << 20, "a body is 256 bytes to 64 MiB");
  require(limit.connections >= 1 && limit.connections <= 10'000'000, "--max-connections is in its bounds");
  require(limit.pipeline >= 1 && limit.pipeline <= 4'096, "--max-pipeline is in its bounds");
  require(settings.new_links <= 1'000'000'000, "--new-links is a billion at most");
  require(settings.rate >= 0 && settings.rate <= 1e6, "--rate is 0 to a million");
  require(settings.rate == 0 || settings.proxy_protocol || !settings.trusted_proxies.empty(),
          "a rate is of addresses that are known");
  require(!settings.store.empty(), "there is a store");
}

/// The numbers among the settings, as a file says them.
std::string as_file(const config& settings) {
  std::string text;
  const auto add_time = [&](std::string_view flag, milliseconds time) {
    text += fmt::format("{} = \"{}\"\n", flag, format_duration(time));
  };
  const auto add_bytes = [&](std::string_view flag, std::size_t bytes) {
    text += fmt::format("{} = \"{}\"\n", flag, format_bytes(bytes));
  };
  const auto add_number = [&](std::string_view flag, std::size_t number) {
    text += fmt::format("{} = {}\n", flag, number);
  };
  const auto& limit = settings.limit;
  add_time("epoch", settings.epoch);
  add_time("fold", settings.fold);
  add_time("sync", settings.sync);
  add_time("fresh", settings.fresh);
  add_time("miss-wait", settings.miss_wait);
  add_time("drain-delay", settings.drain_delay);
  add_time("flush-deadline", settings.flush_deadline);
  add_time("header-timeout", limit.header_timeout);
  add_time("idle-timeout", limit.idle_timeout);
  add_time("write-timeout", limit.write_timeout);
  add_bytes("cache-bytes", settings.cache_bytes);
  add_bytes("max-target-bytes", limit.target_bytes);
  add_bytes("max-header-bytes", limit.header_bytes);
  add_bytes("max-body-bytes", limit.body_bytes);
  add_bytes("max-waiting-bytes", limit.waiting_bytes);
  add_number("threads", settings.threads);
  add_number("max-connections", limit.connections);
  add_number("max-pipeline", limit.pipeline);
  add_number("new-links", settings.new_links);
  text += fmt::format("proxy-protocol = {}\nallow-private-hosts = {}\nno-jsonp = {}\n",
                      settings.proxy_protocol, settings.allow_private_hosts, settings.no_jsonp);
  return text;
}

void check(std::string_view input) {
  static memory_file file;
  file.replace(input);
  const auto read = parse(file.path());
  require(read && read->verb == command::serve, "a file chooses no command, and answers nothing itself");
  check_bounds(read->settings);

  const auto text = as_file(read->settings);
  file.replace(text);
  const auto again = parse(file.path());
  require(again.has_value() && as_file(again->settings) == text, "settings written anew are the same");
}

}  // namespace
}  // namespace buttond::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    buttond::testing::check({reinterpret_cast<const char*>(data), size});
  } catch (const buttond::startup_error& error) {
    const std::string_view why = error.what();
    buttond::require(!why.empty() && why.find('\n') == std::string_view::npos,
                     "a start is stopped by one line");
  }
  return 0;
}
