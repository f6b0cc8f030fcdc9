#include "common/scheduling.hpp"

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace buttond {
namespace {

/// sched_setattr(2), of which glibc knows nothing until 2.41, and whose kernel header glibc's own forbids.
struct scheduling_attributes {
  std::uint32_t size;
  std::uint32_t policy;
  std::uint64_t flags;
  std::int32_t nice;
  std::uint32_t priority;
  std::uint64_t runtime;  // nanoseconds; of SCHED_OTHER, a turn
  std::uint64_t deadline;
  std::uint64_t period;
};
static_assert(sizeof(scheduling_attributes) == 48);

constexpr std::uint64_t short_turn = 100'000;  // the shortest there is

}  // namespace

void schedule_this_thread(int nicer) noexcept {
  // On Linux all of these are about the calling thread, 0.
  if (nicer > 0) ::setpriority(PRIO_PROCESS, 0, ::getpriority(PRIO_PROCESS, 0) + nicer);
  scheduling_attributes asked{};
  if (::syscall(SYS_sched_getattr, 0, &asked, sizeof asked, 0) != 0) return;
  if (asked.policy != SCHED_OTHER) return;  // somebody chose another for us
  asked.runtime = short_turn;
  ::syscall(SYS_sched_setattr, 0, &asked, 0);
}

}  // namespace buttond
