#include "button/handlers/metrics/parts.hpp"
#include "common/clock.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace buttond {
namespace {

void add_store(metric_families& out, const store_numbers& store) {
  out.gauge("buttond_store_up",
            "1 if the store can be read and written: the last read succeeded, and the last write of each "
            "kind. 0 "
            "before the first.")
      .value(store.up ? 1 : 0);
  out.gauge(
         "buttond_store_read_up",
         "1 if the last read of the store succeeded, else 0. Where it is 0, counts that are not in the cache "
         "are not shown.")
      .value(store.reads_up ? 1 : 0);
  out.gauge("buttond_store_write_up",
            "1 if the last write to the store succeeded, or it said that it takes writes, else 0. Where it "
            "is 0, "
            "what is counted waits in the journal.")
      .value(store.writes_up ? 1 : 0);
  out.histogram("buttond_store_operation_duration_seconds",
                "Seconds that the store's operations took, failed ones included, by the operation.");
  for (std::size_t i = 0; i < store.operations.size(); ++i)
    out.durations(store.operations[i], {{"operation", std::string(store_operation_names[i])}});
  out.counter("buttond_store_errors_total",
              "Operations of the store that failed, by the operation and the cause; each try is one.");
  for (std::size_t i = 0; i < store.errors.size(); ++i) {
    for (std::size_t cause = 0; cause < store_cause_names.size(); ++cause) {
      out.value(store.errors[i][cause], {{"operation", std::string(store_operation_names[i])},
                                         {"cause", std::string(store_cause_names[cause])}});
    }
  }
}

/// Seconds since 1970; 0 for what has not been yet.
double timestamp(const std::optional<wall_time>& time) {
  return time ? std::chrono::duration<double>(time->time_since_epoch()).count() : 0;
}

void add_journal(metric_families& out, const journal_numbers& journal) {
  out.gauge("buttond_journal_batches",
            "Batches of counts in the journal that the store has not acknowledged yet.")
      .value(journal.batches);
  out.gauge("buttond_journal_bytes",
            "Bytes that the disk holds for the journal: what counts are written into, which is there before "
            "they are, and what waits for the store.")
      .value(journal.bytes);
  out.gauge("buttond_data_free_bytes",
            "Bytes that this user may still write on the file system of the data directory; 0 where that is "
            "gone.")
      .value(journal.free_bytes);
  out.gauge("buttond_journal_oldest_seconds",
            "Seconds since the oldest batch that the store has not acknowledged was closed; 0 where none "
            "waits.")
      .value(journal.oldest_seconds);
  out.counter("buttond_journal_errors_total",
              "Reads and writes of the journal's files that failed, or found them damaged.")
      .value(journal.errors);
  out.gauge(
         "buttond_last_flush_timestamp_seconds",
         "When the store last acknowledged a batch of counts of this process, in seconds since 1970 (UTC); "
         "0 before the first. Where nothing is counted nothing is flushed.")
      .value(timestamp(journal.last_flush));
  out.counter(
         "buttond_clock_jumps_total",
         "Jumps of the wall clock by two seconds or more, as when it is set or the machine stands still.")
      .value(journal.clock_jumps);
}

void add_folder(metric_families& out, const folder_numbers& folder) {
  out.gauge("buttond_fold_waiting_batches",
            "Batches of counts in the database, of all nodes, that are not added to their links yet.")
      .value(folder.waiting);
  out.gauge("buttond_fold_oldest_seconds",
            "Seconds since the oldest batch in the database that is not added to its links was closed.")
      .value(folder.oldest_seconds);
  out.gauge("buttond_fold_gaps",
            "Batches in the database that have waited an hour for the one before them, which is not there.")
      .value(folder.gaps);
  out.counter("buttond_folds_total", "Folds, each of which adds batches to their links, by this node.")
      .value(folder.folds);
  out.counter("buttond_fold_links_total", "Links that this node's folds added to, each counted once a fold.")
      .value(folder.links);
  out.counter("buttond_fold_refused_total",
              "Links and site days that the database would not take in this node's folds, and that were set "
              "aside.")
      .value(folder.refused);
  out.counter("buttond_fold_repaired_total",
              "Documents of the database in which something stood that is no count, and that this node's "
              "folds repaired.")
      .value(folder.repaired);
  out.gauge("buttond_refused", "What is set aside in the store and counts nowhere: see buttond refused.")
      .value(folder.set_aside);
}

}  // namespace

void add_keeping(metric_families& out, const metrics_snapshot& snapshot) {
  add_store(out, snapshot.store);
  add_journal(out, snapshot.journal);
  add_folder(out, snapshot.folder);
}

}  // namespace buttond
