#pragma once
// What libmongoc says, in our log. It has one handler for the process, so there is one of this, and it says
// nothing before: see the source. Thread-safe. Part of mongodb_pool.

#include <functional>
#include <string>
#include <vector>

namespace buttond {

/// Initialises libmongoc, once for the process, which it is left to: from then on its messages go to our log,
/// each kind at most once a minute.
void initialise_driver();

/// Runs `work`, and returns what the driver says meanwhile on this thread, instead of logging it.
std::vector<std::string> messages_during(const std::function<void()>& work);

}  // namespace buttond
