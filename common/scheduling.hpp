#pragma once
// What a thread of ours asks of the kernel's scheduler. Wishes: where one is not granted (seccomp, an old
// kernel), everything works all the same, only less evenly.

namespace buttond {

/// Makes the calling thread give way by `nicer` (0 to 19, added to its nice value), and asks for short turns.
/// A turn of the usual length, some 3 ms, is how long a reader waits whose event loop finds its core taken;
/// and a thread with shorter turns is let in before one with longer ones (Linux 6.12; before that only
/// `nicer` counts).
void schedule_this_thread(int nicer) noexcept;

}  // namespace buttond
