#include "common/dumps.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace buttond {

void forbid_dumps() noexcept {
  // Neither can fail: a limit may always be lowered.
  constexpr rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

}  // namespace buttond
