#pragma once
// The tables of a site's page as HTML. No state: any thread.

#include "button/handlers/dashboard/site_facts.hpp"

#include <string>
#include <string_view>

namespace buttond {

void append_days_table(std::string& out, const site_facts& facts);
void append_links_table(std::string& out, const site_facts& facts);
void append_now_table(std::string& out, const site_facts& facts);

/// Also what to say where nothing is known.
void append_not_counted(std::string& out, const site_facts& facts);

/// Why something that should be there is not; nothing for what was read.
std::string_view words_of(store_answer how) noexcept;

}  // namespace buttond
