#pragma once
// The largest sites over a span. On a desk's threads.

#include "button/dashboard/ranges.hpp"
#include "button/handlers/dashboard/dashboard_parts.hpp"
#include "button/handlers/dashboard/json_parts.hpp"

namespace buttond {

desk_answer sites_json(span_of_days span, const dashboard_parts& parts);

/// The same, and does not wait for days that are not read yet.
desk_answer sites_json_at_once(span_of_days span, const dashboard_parts& parts);

desk_answer sites_csv(span_of_days span, const dashboard_parts& parts);

}  // namespace buttond
