#include "button/handlers/metrics/parts.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace buttond {
namespace {

/// How events of a kind are called: in names "impressions", in a sentence's beginning "Impressions".
struct noun {
  std::string name;
  std::string capitalized;
};

void add_books(metric_families& out, const noun& of, event_kind kind, const metrics_snapshot& snapshot) {
  const loop_books& books = snapshot.loops.books[kind];
  const journal_numbers& journal = snapshot.journal;
  const std::string prefix = "buttond_" + of.name;
  const std::uint64_t recovered = journal.opened[kind];
  const std::uint64_t accepted = recovered + books.accepted;
  const std::uint64_t stored = journal.stored[kind];
  const std::uint64_t lost = journal.lost[kind];
  out.counter(prefix + "_seen_total",
              of.capitalized +
                  " of links that have a key, counted or not, with what this process found in the journals "
                  "of others before it.")
      .value(recovered + books.seen);
  out.counter(prefix + "_accepted_total",
              of.capitalized +
                  " that were counted, with what this process found in the journals of others before it: "
                  "its own are these less the recovered ones.")
      .value(accepted);
  out.counter(prefix + "_recovered_total",
              of.capitalized +
                  " that another process had counted (this one's earlier life, say) and not stored: they "
                  "were found in its journal, and this process brings them to the store.")
      .value(recovered);
  out.counter(prefix + "_stored_total",
              of.capitalized +
                  " that the store has acknowledged to this process, with those of others before it that it "
                  "brought there.")
      .value(stored);
  out.counter(prefix + "_lost_total",
              of.capitalized +
                  " that were counted and will not be stored: their journal is damaged, or neither disk nor "
                  "memory had room for them.")
      .value(lost);
  out.gauge(prefix + "_pending",
            of.capitalized + " that were counted and that the store has not acknowledged yet.")
      .value(accepted - stored - lost);
  out.gauge(
         prefix + "_at_risk",
         of.capitalized +
             " that were counted, are not stored yet, and would be lost by a crash: they are in memory only, "
             "since the journal cannot be written, or its disk failed to take them.")
      .value(journal.at_risk[kind]);
  out.counter(prefix + "_filtered_total",
              of.capitalized + " that were seen and not counted, of links that have a key, by the reason.");
  for (std::size_t i = 0; i < filter_reasons; ++i) {
    // What a page embeds is what impressions are of.
    if (kind == event_kind::impression && static_cast<filter_reason>(i) == filter_reason::embedded) continue;
    out.value(books.filtered[i], {{"reason", std::string(filter_reason_names[i])}});
  }
}

void add_refused_links(metric_families& out, const refused_links& refused) {
  out.counter("buttond_links_refused_total",
              "Links that were asked for and have no answer (null, 400, or a button without its count), by "
              "the reason that /v1/explain gives, too_many for those of a request that has more than it may, "
              "and site where only a count was asked for. Links that have a key and are seen are not here.");
  for (std::size_t why = 0; why < link_refusal_names.size(); ++why)
    out.value(refused[why], {{"reason", std::string(link_refusal_names[why])}});
}

void add_shares(metric_families& out, const share_numbers& shares, const kept_numbers& kept) {
  out.counter("buttond_shares_reported_total",
              "Shares that came in to be counted: each report of the application, each choice of a reader, "
              "and what was found in shares/ of the data directory. Each is one, whatever number it names.")
      .value(shares.reported);
  out.counter("buttond_shares_recovered_total",
              "Shares that were found in shares/ of the data directory, where another process (this one's "
              "earlier life, say) had kept them.")
      .value(shares.recovered);
  out.counter("buttond_shares_counted_total",
              "Shares that the store counted, one for each report of a share, whatever number it names.")
      .value(shares.counted);
  out.counter(
         "buttond_shares_repeated_total",
         "Shares that are not counted since the same id of the same link was counted, or waits, already.")
      .value(shares.repeated);
  out.counter("buttond_shares_failed_total",
              "Shares that are not counted and are not tried again: reports of the application that were "
              "answered 503, readers' shares that were lost, files that are damaged.")
      .value(shares.failed);
  out.gauge("buttond_shares_waiting",
            "Shares that are under way to the store, or wait in the data directory until it takes them.")
      .value(shares.waiting);
  out.gauge("buttond_shares_at_risk",
            "Shares of readers that wait for the store in memory only, since the data directory cannot be "
            "written: a crash loses them.")
      .value(kept.in_memory);
  out.counter("buttond_shares_lost_total",
              "Shares of readers that were lost, since the store did not take them and too many waited "
              "already.")
      .value(shares.lost);
}

}  // namespace

void add_counting(metric_families& out, const metrics_snapshot& snapshot) {
  add_books(out, {"impressions", "Impressions"}, event_kind::impression, snapshot);
  add_books(out, {"clicks", "Clicks"}, event_kind::click, snapshot);
  add_refused_links(out, snapshot.loops.refused);
  add_shares(out, snapshot.shares, snapshot.kept_shares);
}

}  // namespace buttond
