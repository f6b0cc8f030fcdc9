#include "button/handlers/admin_hosts.hpp"

#include "common/ascii.hpp"
#include "common/error.hpp"
#include "common/host_name.hpp"
#include "common/network.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <array>

namespace buttond {
namespace {

std::string as_compared(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(), ascii_lower);
  return lower;
}

std::string own_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? as_compared(name.data()) : std::string();
}

}  // namespace

admin_hosts::admin_hosts(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    names_.push_back(as_compared(name));
    if (!is_host_name(names_.back())) {
      throw startup_error(
          fmt::format("{} is not a host name; write it without scheme and port, for example "
                      "node1.example.com",
                      name));
    }
  }
  names_.push_back(own_name());
}

bool admin_hosts::allow(std::string_view host) const {
  if (host.empty() || host.front() == '[') return true;
  const std::string name = as_compared(host.substr(0, host.find(':')));
  return parse_address(name) || is_private_name(name) || std::ranges::find(names_, name) != names_.end();
}

}  // namespace buttond
