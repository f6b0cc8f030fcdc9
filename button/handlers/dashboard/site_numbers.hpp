#pragma once
// Numbers and days as the page of a site writes them. No state: any thread.

#include <chrono>
#include <cstdint>
#include <string>

namespace buttond {

/// "1,234,567"
std::string grouped(std::int64_t number);

/// "2026-11-27"
std::string iso_day(std::chrono::sys_days day);

/// "27 Nov"
std::string short_day(std::chrono::sys_days day);

/// "2026-11-27 14:07 UTC"
std::string utc_minute(std::chrono::sys_seconds at);

/// "+8 %", of `now` against `before`, which is more than 0.
std::string percent_change(std::int64_t now, std::int64_t before);

}  // namespace buttond
