#pragma once
// Everything /metrics says, as one consistent snapshot, and its text form. The names are a contract (README),
// and so is their number: 300 series at most, whatever is asked.

#include "button/counts/count_cache.hpp"
#include "button/handlers/metrics/process_numbers.hpp"
#include "button/handlers/refused_links.hpp"
#include "button/handlers/request_metrics.hpp"
#include "button/http/server_numbers.hpp"
#include "button/impressions/books.hpp"
#include "button/impressions/folder.hpp"
#include "button/impressions/journal.hpp"
#include "button/impressions/per_kind.hpp"
#include "button/shares/kept_shares.hpp"
#include "button/shares/share_ledger.hpp"
#include "button/store/measured_store.hpp"

#include <string>

namespace buttond {

/// One loop's numbers, copied on that loop between two requests.
struct loop_snapshot {
  request_metrics requests;
  per_kind<loop_books> books;
  refused_links refused;

  loop_snapshot& operator+=(const loop_snapshot& other) noexcept {
    requests += other.requests;
    books += other.books;
    refused += other.refused;
    return *this;
  }
};

struct metrics_snapshot {
  /// Read before the loops' numbers: what is stored was accepted earlier, so the books balance at every
  /// moment.
  journal_numbers journal;
  loop_snapshot loops;
  cache_numbers cache;
  store_numbers store;
  folder_numbers folder;
  share_numbers shares;
  kept_numbers kept_shares;
  http::server_numbers site;
  bool draining = false;
};

/// The Prometheus text format.
std::string metrics_text(const metrics_snapshot& snapshot, const process_numbers& process);

}  // namespace buttond
