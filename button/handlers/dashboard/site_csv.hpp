#pragma once
// The tables of a site's page as CSV. No state: any thread.

#include "button/handlers/dashboard/site_facts.hpp"

#include <string>

namespace buttond {

/// With a header line. The days are all of the range, in order: 0 is there too.
std::string site_csv(const site_facts& facts, site_table table);

/// "example.com-days.csv"; the site's characters that are none of a host's name are '-'.
std::string site_csv_name(const site_facts& facts, site_table table);

}  // namespace buttond
