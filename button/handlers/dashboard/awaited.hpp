#pragma once
// Waits for what event loops hand over, on a thread that may block. No state.

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace buttond {

/// Calls `ask(done)` and returns what `done` is given, on any thread and once at most; nothing where that
/// does not come within `patience`. It may still come later, when nobody waits any more.
template <class T, class Ask>
std::optional<T> awaited(const Ask& ask, std::chrono::milliseconds patience) {
  struct waiting {
    std::mutex mutex;
    std::condition_variable given;
    std::optional<T> value;
  };
  const auto state = std::make_shared<waiting>();
  ask([state](T value) {
    {
      const std::lock_guard lock(state->mutex);
      state->value = std::move(value);
    }
    state->given.notify_all();
  });
  std::unique_lock lock(state->mutex);
  state->given.wait_for(lock, patience, [&state] { return state->value.has_value(); });
  return std::move(state->value);
}

}  // namespace buttond
