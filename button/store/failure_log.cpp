#include "button/store/failure_log.hpp"

#include "common/shortened.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace buttond {
namespace {

constexpr std::size_t longest_why = 300;  // a server quotes whole commands

}  // namespace

void failure_log::while_failing(std::function<std::string()> say) {
  const std::lock_guard lock{mutex_};
  say_ = std::move(say);
}

std::string failure_log::in_words(error_code error, std::string_view why) const {
  auto words = error.message();
  if (why.ends_with('.')) why.remove_suffix(1);
  if (!why.empty() && why != words) words += fmt::format(": {}", shortened(why, longest_why));
  if (const auto help = advice(error, kind_); !help.empty()) words += fmt::format("; {}", help);
  return words;
}

error_code failure_log::failed(store_operation operation, error_code error, std::string_view why) {
  const std::lock_guard lock{mutex_};
  failing_.store(true, std::memory_order_relaxed);
  health_.failed(operation);
  ++failures_;
  (only_reads(operation) ? reading_failed_ : writing_failed_) = true;
  say(fmt::format("{} failed", name_of(operation)), error, why);
  return error;
}

void failure_log::missed(std::string_view what, error_code error, std::string_view why) {
  const std::lock_guard lock{mutex_};
  say(what, error, why);
}

void failure_log::say(std::string_view what, error_code error, std::string_view why) {
  const auto suppressed = limits_[limit_of(error)].due(std::chrono::steady_clock::now());
  if (!suppressed) return;
  told_ = failures_ > 0;
  const auto said = say_ ? say_() : std::string{};
  const auto level = may_pass(cause_of(error)) ? spdlog::level::warn : spdlog::level::err;
  spdlog::log(level, "store {}: {}: {}{}{}{}", name_, what, in_words(error, why), said.empty() ? "" : "; ",
              said, and_more(*suppressed));
}

/// One outage shows itself in several errors, which are one cause. Who hangs is given up soon, and away from
/// then on; but one that was away and hangs is there again.
int failure_log::limit_of(error_code error) {
  constexpr auto away = static_cast<int>(errc::store_unavailable);
  if (!may_pass(cause_of(error))) return error.value();
  const bool hangs = error == errc::store_timeout;
  if (hangs && !was_away_) hung_first_ = true;
  if (!hangs) was_away_ = true;
  return hangs && !hung_first_ ? error.value() : away;
}

error_code failure_log::explained(store_operation operation, error_code error, std::string& why) {
  const error_code told = failed(operation, error, why);
  why = in_words(error, why);
  return told;
}

void failure_log::recovered(store_operation operation) {
  const std::lock_guard lock{mutex_};
  health_.succeeded(operation);
  if (health_.anything_fails()) return;
  failing_.store(false, std::memory_order_relaxed);
  if (told_) {
    const auto* const what = !writing_failed_ ? "read" : !reading_failed_ ? "written" : "read and written";
    spdlog::info("store {}: it can be {} again, after {} failure{}", name_, what, failures_,
                 failures_ == 1 ? "" : "s");
  }
  failures_ = 0;
  told_ = hung_first_ = was_away_ = reading_failed_ = writing_failed_ = false;
}

}  // namespace buttond
