#pragma once
// A thread for work that no reader waits for.

#include <pthread.h>
#include <sys/resource.h>

#include <string>
#include <thread>
#include <utility>

namespace buttond {

/// Runs `work` on a thread of this name (15 bytes at most; `top -H` shows it) that gives way to the event
/// loops where they need its core. Throws std::system_error.
template <class Work>
std::thread background_thread(const std::string& name, Work work) {
  std::thread thread([work = std::move(work)]() mutable {
    constexpr int behind_loops = 10;
    // On Linux both are about the calling thread. Without this it only competes with the loops.
    ::setpriority(PRIO_PROCESS, 0, ::getpriority(PRIO_PROCESS, 0) + behind_loops);
    work();
  });
  ::pthread_setname_np(thread.native_handle(), name.c_str());
  return thread;
}

}  // namespace buttond
