#pragma once
// What SIGHUP brought: settings as they are now beside those as they were, in words for the log. No state:
// any thread.

#include "button/config.hpp"
#include "button/handlers/site_policy.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

/// Whether a running server takes this flag's new value, or the new content of the file that it names.
bool is_taken_while_running(std::string_view flag) noexcept;

struct changed_settings {
  std::vector<std::string> taken;      // a line each
  std::vector<std::string> too_early;  // those that need a restart
};

/// `running`: the settings that hold now; `read`: those that were read, of the same flags in the same order.
changed_settings compare(std::span<const setting> running, std::span<const setting> read);

/// What of the policy's files has changed, a line each.
std::vector<std::string> compare(const site_policy& before, const site_policy& now);

}  // namespace buttond
