#pragma once
// A thread for what event loops cannot do themselves, because it blocks.

#include "common/scheduling.hpp"

#include <pthread.h>

#include <string>
#include <thread>
#include <utility>

namespace buttond {

/// Where a thread stands when an event loop needs its core: its share of it, beside a loop that never rests,
/// is a half, a tenth or a sixtieth.
enum class standing : int { beside_loops = 0, behind_loops = 10, far_behind_loops = 19 };

/// Runs `work` on a thread of this name (15 bytes at most; `top -H` shows it). Throws std::system_error.
template <class Work>
std::thread background_thread(const std::string& name, standing where, Work work) {
  std::thread thread([where, work = std::move(work)]() mutable {
    schedule_this_thread(static_cast<int>(where));
    work();
  });
  ::pthread_setname_np(thread.native_handle(), name.c_str());
  return thread;
}

}  // namespace buttond
