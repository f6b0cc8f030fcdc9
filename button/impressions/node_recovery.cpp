// Taking a dead node's directory and reading back what it holds (node_journal.hpp).
#include "button/impressions/node_journal.hpp"
#include "button/store/batch_parts.hpp"

#include <spdlog/spdlog.h>

#include <set>

namespace buttond {

// One pass over the directory, the newest files first: deltas come before what they absorbed.
class node_journal::recovery {
 public:
  explicit recovery(node_journal& journal) : journal_(journal) {}

  result<void> run() {
    auto names = list_directory(journal_.directory_);
    if (!names) return names.error();
    for (const auto& name : *names) {
      const auto read = read_journal_name(name);
      const auto file = journal_.directory_ / name;
      if (read.what == journal_file::kind::unfinished)
        remove_file(file);
      else if (read.what == journal_file::kind::brought)
        read_brought(file, read.mark);
      else if (read.what != journal_file::kind::other)
        find({file, read});
      else if (name != lock_name)
        journal_.ledger_.leave_alone(file);
    }
    for (auto at = files_.rbegin(); at != files_.rend(); ++at) {
      const auto& [number, found] = *at;
      if (absorbed_.contains(number)) {
        used(number);
        continue;
      }
      if (ambiguous_.contains(number))
        refuse(number, found, errc::file_corrupt);
      else if (found.name.what == journal_file::kind::sheet)
        read_sheet(number, found.file);
      else
        read_deltas(number, found);
    }
    journal_.names_changed();  // nobody knows whether the process before came to sync them
    return {};
  }

 private:
  struct found_file {
    std::filesystem::path file;
    journal_file name;
  };

  struct sheet_content {
    file_number number = 0;
    event_totals totals;
    journal_day day;
    std::uint64_t bytes = 0;
    std::uint64_t batches = 0;
  };

  /// Who copies a directory while a file is renamed in it can get that file twice: then it has its batches.
  /// Other files of one number are not ours, and neither of them is believed.
  void find(found_file found) {
    const auto [at, fresh] = files_.try_emplace(found.name.number, found);
    if (fresh) return;
    auto& before = at->second;
    if (found.name.batches && !before.name.batches) std::swap(before, found);
    if (!found.name.batches && is_same(before.file, found.file)) {
      remove_file(found.file);
    } else {
      refuse(found.name.number, found.file, errc::file_corrupt);
      ambiguous_.insert(found.name.number);
    }
  }

  static bool is_same(const std::filesystem::path& left, const std::filesystem::path& right) {
    const auto first = read_file(left);
    const auto second = read_file(right);
    return first && second && *first == *second;
  }

  void read_brought(const std::filesystem::path& file, const batch_mark& mark) {
    if (mark.number < journal_.last_.number) {
      remove_file(file);
      return;
    }
    if (!journal_.brought_.empty()) remove_file(journal_.brought_);
    journal_.last_ = mark;
    journal_.brought_ = file;
  }

  void read_deltas(file_number number, const found_file& found) {
    auto start = read_file(found.file, 8);
    if (start && looks_like_sheet(*start)) {
      const auto sheet = parse_sheet(found.file);  // of another number before it was renamed
      if (!sheet) {
        refuse(number, found, sheet.error());
        return;
      }
      used(number);
      add(number, found, sheet->totals, sheet->batches, sheet->day);
      return;
    }
    auto head = read_deltas_head(found.file, journal_.node_);
    if (head && head->number != number) head = errc::file_corrupt;
    if (!head) {
      refuse(number, found, head.error());
      return;
    }
    used(number);
    std::vector<std::filesystem::path> still_there;
    for (const auto absorbed : head->absorbed)
      if (const auto at = files_.find(absorbed); at != files_.end()) still_there.push_back(at->second.file);
    if (!still_there.empty()) {
      // What it absorbed goes only when it is known to be whole.
      auto content = read_file(found.file);
      auto loaded = content ? parse_deltas(std::move(*content), journal_.node_)
                            : result<std::unique_ptr<loaded_deltas>>(content.error());
      if (!loaded) {
        refuse(number, found, loaded.error());
        return;
      }
      absorbed_.insert(head->absorbed.begin(), head->absorbed.end());
    }
    auto added = make_entry(found, head->totals, head->batches, head->day);
    added.closed_at = head->closed_at;
    // By another clock, it may be: what is in the future by ours has just been closed.
    added.since -= std::max(journal_.time_.wall() - head->closed_at, wall_time::duration::zero());
    if (!still_there.empty()) added.state = deltas_state::settling;
    added.absorbed = std::move(still_there);
    enter(number, std::move(added));
  }

  /// A file that has batches stays in the queue: take() brings them empty, so that their successors count.
  void refuse(file_number number, const found_file& found, const error_code& why) {
    refuse(number, found.file, why);
    if (!found.name.batches || why == errc::file_other_node) return;
    auto entry = make_entry(found, {}, 0, {});
    entry.refused = true;
    enter(number, std::move(entry));
  }

  void read_sheet(file_number number, const std::filesystem::path& file) {
    auto found = parse_sheet(file);
    if (found && found->number != number) found = errc::file_corrupt;
    if (!found) {
      refuse(number, file, found.error());
      return;
    }
    used(number);
    if (found->totals == event_totals{}) {
      remove_file(file);
      return;
    }
    journal_.ledger_.opened(found->totals);
    journal_.waiting_.push_back({nullptr, file, number, found->day, found->totals, found->bytes});
  }

  result<sheet_content> parse_sheet(const std::filesystem::path& file) {
    const auto content = read_sheet_file(file);
    if (!content) return content.error();
    const auto view = sheet_view::parse(*content, journal_.node_);
    if (!view) return view.error();
    const auto damaged = view->for_each([](std::string_view, const event_totals&) {});
    if (damaged != event_totals{}) {
      journal_.ledger_.opened(damaged);
      journal_.ledger_.lost(damaged);
      spdlog::error(
          "journal: {}: {} impressions and {} clicks are lost: the links they belong to were not on the disk "
          "yet when the machine went down",
          file.string(), damaged.impressions, damaged.clicks);
    }
    const auto links = links_of({&*view, 1});
    return sheet_content{view->number(), totals_of(links), view->day(), content->size(),
                         cut_into_batches(links).size()};
  }

  void refuse(file_number number, const std::filesystem::path& file, const error_code& why) {
    journal_.ledger_.refuse(file, why);
    journal_.taken_numbers_.insert(number);
  }

  /// By a file that is as we write it: who knows who made the other ones.
  void used(file_number number) { journal_.next_file_ = std::max(journal_.next_file_, number + 1); }

  void add(file_number number, const found_file& found, const event_totals& totals, std::uint64_t batches,
           journal_day day) {
    enter(number, make_entry(found, totals, batches, day));
  }

  queued_deltas make_entry(const found_file& found, const event_totals& totals, std::uint64_t batches,
                           journal_day day) const {
    queued_deltas made;
    made.numbers = found.name.batches;
    made.state = made.numbers ? deltas_state::tried : deltas_state::waiting;
    made.totals = totals;
    made.batches =
        made.numbers ? static_cast<std::uint64_t>(made.numbers->last - made.numbers->after.number) : batches;
    made.closed_at = journal_.time_.wall();
    made.since = journal_.time_.monotonic();
    made.day = day;
    made.file = found.file;
    std::error_code unknown;
    made.bytes = std::filesystem::file_size(found.file, unknown);
    return made;
  }

  void enter(file_number number, queued_deltas deltas) {
    journal_.ledger_.opened(deltas.totals);
    journal_.queue_.add(number, std::move(deltas));
  }

  node_journal& journal_;
  std::map<file_number, found_file> files_;
  std::set<file_number> absorbed_;
  std::set<file_number> ambiguous_;
};

result<std::shared_ptr<node_journal>> node_journal::open(const std::filesystem::path& directory,
                                                         const clock& time, journal_ledger& ledger) {
  auto lock = lock_file(directory / lock_name);
  if (!lock) return lock.error();
  std::shared_ptr<node_journal> opened(
      new node_journal(directory, std::move(*lock), directory.filename(), false, time, ledger));
  if (auto read = recovery(*opened).run(); !read) return read.error();
  return opened;
}

}  // namespace buttond
