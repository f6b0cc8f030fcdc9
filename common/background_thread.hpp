#pragma once
// A thread for what event loops cannot do themselves, because it blocks.

#include "common/scheduling.hpp"

#include <pthread.h>

#include <string>
#include <thread>
#include <utility>

namespace buttond {

/// Beside an event loop that never rests, such a thread gets a half of the core that both want, a tenth, or a
/// sixtieth.
enum class thread_priority : int { beside_loops = 0, behind_loops = 10, far_behind_loops = 19 };

/// Runs `work` on a thread of this name (15 bytes at most; `top -H` shows it). Throws std::system_error.
template <class Work>
std::thread background_thread(const std::string& name, thread_priority priority, Work work) {
  std::thread thread([priority, work = std::move(work)]() mutable {
    schedule_this_thread(static_cast<int>(priority));
    work();
  });
  ::pthread_setname_np(thread.native_handle(), name.c_str());
  return thread;
}

}  // namespace buttond
