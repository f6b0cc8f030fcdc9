#pragma once
// The names under which the admin listener is asked. A page that the operator looks at can have its own name
// point to our address (DNS rebinding) and then read what is answered; it cannot have a name that is not its
// own, and the browser says in Host by which one it came. Constant after construction; any thread.

#include <string>
#include <string_view>
#include <vector>

namespace buttond {

class admin_hosts {
 public:
  /// `names`: what the operator calls this machine, besides its own host name. Throws startup_error, without
  /// naming the flag, for what is no name.
  explicit admin_hosts(const std::vector<std::string>& names);

  /// Whether `host`, a valid Host with or without a port, is one of ours: none, an address, the machine's own
  /// name or one of `names`, or a name that no stranger can have, since the public DNS does not know it
  /// (is_private_name).
  bool allow(std::string_view host) const;

 private:
  std::vector<std::string> names_;
};

}  // namespace buttond
