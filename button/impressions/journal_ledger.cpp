#include "button/impressions/journal_ledger.hpp"

#include <spdlog/spdlog.h>

namespace buttond {
namespace {

/// What a person does about it.
std::string_view cure(const error_code& why) noexcept {
  namespace reason = boost::system::errc;
  if (why == reason::no_space_on_device) return "make room there";
  if (why == reason::read_only_file_system || why == reason::permission_denied ||
      why == reason::operation_not_permitted)
    return "let buttond write there";
  if (why == reason::no_such_file_or_directory || why == reason::not_a_directory)
    return "see that its disk is mounted, and nobody took the directory away";
  if (why == reason::too_many_files_open) return "raise the limit of open files";
  return "see to its disk";
}

}  // namespace

void journal_ledger::opened(const event_totals& counts) {
  const std::lock_guard lock(mutex_);
  books_.opened += counts;
  books_.pending += counts;
}

void journal_ledger::entered(const event_totals& counts) {
  const std::lock_guard lock(mutex_);
  books_.pending += counts;
}

void journal_ledger::stored(const event_totals& counts) {
  const std::lock_guard lock(mutex_);
  books_.pending -= counts;
  books_.stored += counts;
  books_.last_flush = time_.wall();
}

void journal_ledger::lost(const event_totals& counts) {
  const std::lock_guard lock(mutex_);
  books_.pending -= counts;
  books_.lost += counts;
}

void journal_ledger::exposed(const event_totals& counts) {
  const std::lock_guard lock(mutex_);
  books_.exposed += counts;
}

void journal_ledger::secured(const event_totals& counts) {
  const std::lock_guard lock(mutex_);
  books_.secured += counts;
}

void journal_ledger::refuse(const std::filesystem::path& file, const error_code& why) {
  {
    const std::lock_guard lock(mutex_);
    if (!refused_.insert(file).second) return;
    ++books_.errors;
  }
  spdlog::error(
      "journal: {} is not used: {}; it is left as it is (restore it from a copy and restart, or move it "
      "away)",
      file.string(), why.message());
}

void journal_ledger::leave_alone(const std::filesystem::path& file) {
  {
    const std::lock_guard lock(mutex_);
    if (!refused_.insert(file).second) return;
  }
  spdlog::warn("journal: {} is no file of a journal, and is left alone: move it away", file.string());
}

bool journal_ledger::is_refused(const std::filesystem::path& file) const {
  const std::lock_guard lock(mutex_);
  return refused_.contains(file);
}

void journal_ledger::fail(std::string_view what, const std::filesystem::path& file, const error_code& why) {
  std::optional<std::uint64_t> more;
  {
    const std::lock_guard lock(mutex_);
    ++books_.errors;
    more = failures_[why].due(time_.monotonic());
  }
  if (more)
    spdlog::error("journal: cannot {} {}: {}: {}; buttond goes on and tries again{}", what, file.string(),
                  why.message(), cure(why), and_more(*more));
}

journal_ledger::books journal_ledger::read() const {
  const std::lock_guard lock(mutex_);
  return books_;
}

}  // namespace buttond
