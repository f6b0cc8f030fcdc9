#pragma once
// `buttond forget SITE`: takes away what the store has of a site: its links, their days, the ids of their
// shares, what was refused of them. Cut off and run again, it goes on. One thread; the server may run
// meanwhile, and what it counts of the site from then on is there again.

#include "button/store/store.hpp"
#include "button/store/survey.hpp"

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>

namespace buttond {

struct forget_arguments {
  std::string site{};
};

/// Reports to `out`, and what failed to `report` (how far it is too, where that is a terminal). Returns the
/// exit status: 0, also where there was nothing of the site, or 1 where the store failed. Throws
/// startup_error for a site that is none.
int run_forget(const forget_arguments& arguments, const std::function<std::unique_ptr<store>()>& open,
               const std::function<std::unique_ptr<survey>()>& open_survey, std::ostream& out,
               std::ostream& report);

}  // namespace buttond
