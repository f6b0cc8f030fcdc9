#pragma once
// What a running server may be told anew: whose links count, what the share page offers, and who may report
// shares. Constant, and replaced as a whole, in each loop between two requests (app::reload). Whoever answers
// later and points into it keeps it.

#include "button/handlers/pages/server_description.hpp"
#include "button/handlers/pages/share_page.hpp"
#include "button/handlers/site_list.hpp"

#include <memory>
#include <string>

namespace buttond {

struct site_policy {
  site_list sites;
  share_page share;
  server_description description;
  std::string api_token;  // of POST /v1/shares; empty: the route answers 403
};

using site_policy_ptr = std::shared_ptr<const site_policy>;

}  // namespace buttond
