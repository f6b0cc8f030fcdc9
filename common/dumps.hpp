#pragma once
// Who may read the memory of this process, and what it may be written to. Main thread, before any other
// starts.

namespace buttond {

/// From here on no crash leaves a core file or goes to a collector of them, and no other process of the same
/// user reads our memory, environment or open files (prctl(2), PR_SET_DUMPABLE; proc(5)): there the token
/// stands, and the password of the store. Root still may.
void forbid_dumps() noexcept;

}  // namespace buttond
