#pragma once
// SIGHUP, which ends a process where nobody waits for it, and is sent to have a server read its files again.
// The main thread only.

#include <pthread.h>

#include <csignal>

namespace buttond {

/// From its construction on, holds SIGHUP back but while it is let through. Threads that start meanwhile
/// never get it.
class held_hangups {
 public:
  held_hangups() noexcept { mask(SIG_BLOCK); }

  /// One that came meanwhile comes now.
  void let_through() noexcept { mask(SIG_UNBLOCK); }
  void hold_again() noexcept { mask(SIG_BLOCK); }

 private:
  static void mask(int how) noexcept {
    sigset_t hangup;
    sigemptyset(&hangup);
    sigaddset(&hangup, SIGHUP);
    pthread_sigmask(how, &hangup, nullptr);
  }
};

}  // namespace buttond
