// The tables of what is going on now as CSV.

#include "button/handlers/dashboard/csv_text.hpp"
#include "button/handlers/dashboard/now.hpp"

namespace buttond {
namespace {

std::optional<std::int64_t> in_all(const shared_link& of, std::int64_t tally::*number) {
  return of.all ? std::optional((*of.all).*number) : std::nullopt;
}

}  // namespace

std::string shared_csv(const now_view& view) {
  csv_text csv;
  csv.cell("key").cell("impressions").cell("clicks").cell("shares");
  csv.cell("all_impressions").cell("all_clicks").cell("all_shares").end();
  for (const shared_link& each : view.shared) {
    const tally& now = each.link.counts;
    csv.cell(each.link.key).cell(now.impressions).cell(now.clicks).cell(now.shares);
    csv.cell(in_all(each, &tally::impressions)).cell(in_all(each, &tally::clicks));
    csv.cell(in_all(each, &tally::shares)).end();
  }
  return csv.take();
}

std::string not_counted_csv(const now_view& view) {
  csv_text csv;
  csv.cell("of").cell("name").cell("reason").cell("events").end();
  for (const auto& each : view.turned_away.agents) {
    csv.cell("agent").cell(each.word).cell(filter_reason_names[static_cast<std::size_t>(filter_reason::bot)]);
    csv.cell(static_cast<std::int64_t>(each.events)).end();
  }
  for (const auto& each : view.turned_away.hosts) {
    for (std::size_t i = 0; i < filter_reasons; ++i) {
      if (each.events[i] == 0) continue;
      csv.cell("host").cell(each.name).cell(filter_reason_names[i]);
      csv.cell(static_cast<std::int64_t>(each.events[i])).end();
    }
  }
  return csv.take();
}

std::string nodes_csv(const now_view& view) {
  csv_text csv;
  for (const char* const column : {"host",
                                   "node",
                                   "here",
                                   "gone",
                                   "version",
                                   "commit",
                                   "started",
                                   "at",
                                   "state",
                                   "seen_in_minute",
                                   "counted_in_minute",
                                   "not_counted_in_minute",
                                   "pending",
                                   "at_risk",
                                   "lost",
                                   "oldest_seconds",
                                   "hits_percent",
                                   "p99_seconds",
                                   "disk_free_bytes",
                                   "disk_hours"})
    csv.cell(column);
  csv.end();
  for (const fleet_node& each : view.nodes) {
    csv.cell(each.host).cell(each.node).cell(each.here ? "yes" : "no").cell(each.gone ? "yes" : "no");
    csv.cell(each.version).cell(each.commit).cell(each.started).cell(utc_text(each.at)).cell(each.state);
    const auto number = [&](std::uint64_t of) { csv.cell(static_cast<std::int64_t>(of)); };
    if (each.minute) {
      number(each.minute->seen);
      csv.cell(each.minute->counted.impressions);
      number(each.minute->not_counted());
    } else {
      csv.cell("").cell("").cell("");
    }
    csv.cell(each.pending).cell(each.at_risk).cell(each.lost).cell(each.oldest_seconds);
    csv.cell(each.hits_percent).cell(each.p99_seconds).cell(each.disk_free_bytes).cell(each.disk_hours).end();
  }
  return csv.take();
}

}  // namespace buttond
