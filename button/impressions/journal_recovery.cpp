// Taking a slot and reading back what it holds (journal_slot.hpp).
#include "button/impressions/journal_slot.hpp"

#include <spdlog/spdlog.h>

#include <charconv>
#include <set>

namespace buttond {
namespace {

struct file_name {
  enum class kind { slab, batch, tried_batch, unfinished, other } what = kind::other;
  std::int64_t number = 0;
};

file_name parse_name(std::string_view name) {
  using enum file_name::kind;
  if (name.ends_with(".tmp")) return {unfinished, 0};
  file_name parsed;
  for (const auto& [prefix, what] : {std::pair(std::string_view("slab-"), slab), {"batch-", batch}}) {
    if (!name.starts_with(prefix)) continue;
    parsed.what = what;
    name.remove_prefix(prefix.size());
  }
  if (parsed.what == batch && name.ends_with(".tried")) {
    parsed.what = tried_batch;
    name.remove_suffix(6);
  }
  const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), parsed.number);
  if (failure != std::errc() || end != name.data() + name.size() || parsed.number < 0) return {};
  return parsed;
}

}  // namespace

// One pass over the directory, the newest names first: a batch comes before what it absorbed.
class journal_slot::recovery {
 public:
  explicit recovery(journal_slot& slot) : slot_(slot) {}

  result<void> run() {
    auto names = list_directory(slot_.directory_);
    if (!names) return names.error();
    for (const auto& name : *names) {
      const auto parsed = parse_name(name);
      const auto file = slot_.directory_ / name;
      if (parsed.what == file_name::kind::unfinished)
        remove_file(file);
      else if (parsed.what != file_name::kind::other)
        files_.emplace(parsed.number, std::pair(file, parsed.what));
    }
    for (auto at = files_.rbegin(); at != files_.rend(); ++at) {
      const auto& [file, what] = at->second;
      slot_.identity_.skip_to_above(at->first);
      if (absorbed_.contains(at->first)) continue;
      if (what == file_name::kind::slab)
        read_slab(at->first, file);
      else
        read_batch(at->first, file, what == file_name::kind::tried_batch);
    }
    for (const auto& [number, each] : slot_.entries_) slot_.ledger_.opened(each.totals);
    for (const auto& each : slot_.waiting_) slot_.ledger_.opened(each.totals);
    return {};
  }

 private:
  void read_batch(std::int64_t number, const std::filesystem::path& file, bool tried) {
    auto start = read_file(file, 8);
    if (start && looks_like_slab(*start)) {
      if (auto found = parse_slab(file)) add_entry(number, file, tried, found->totals, found->day);
      return;
    }
    auto head = read_batch_head(file, slot_.node());
    if (head && head->number != number) head = errc::file_corrupt;
    if (!head) {
      slot_.ledger_.refuse(file, head.error());
      return;
    }
    std::vector<std::filesystem::path> still_there;
    for (const auto absorbed : head->absorbed)
      if (const auto at = files_.find(absorbed); at != files_.end()) still_there.push_back(at->second.first);
    if (!still_there.empty()) {
      // Its sources go only when it is known to be whole.
      auto content = read_file(file);
      auto loaded = content ? parse_batch(std::move(*content), slot_.node())
                            : result<std::unique_ptr<loaded_batch>>(content.error());
      if (!loaded) {
        slot_.ledger_.refuse(file, loaded.error());
        return;
      }
      absorbed_.insert(head->absorbed.begin(), head->absorbed.end());
    }
    auto& added = add_entry(number, file, tried, head->totals, head->day);
    added.closed_at = head->closed_at;
    added.absorbed = std::move(still_there);
  }

  void read_slab(std::int64_t number, const std::filesystem::path& file) {
    const auto found = parse_slab(file);
    if (!found) return;
    if (found->totals == event_totals{}) {
      remove_file(file);
      return;
    }
    slot_.waiting_.push_back({nullptr, file, number, found->day, found->totals, found->bytes});
  }

  struct slab_content {
    event_totals totals;
    journal_day day;
    std::uint64_t bytes = 0;
  };

  std::optional<slab_content> parse_slab(const std::filesystem::path& file) {
    auto content = read_file(file);
    auto view = content ? slab_view::parse(*content, slot_.node()) : result<slab_view>(content.error());
    if (!view) {
      slot_.ledger_.refuse(file, view.error());
      return std::nullopt;
    }
    slab_content found{{}, view->day(), content->size()};
    const auto damaged =
        view->for_each([&](std::string_view, const event_totals& counts) { found.totals += counts; });
    if (damaged != event_totals{}) {
      slot_.ledger_.opened(damaged);
      slot_.ledger_.lost(damaged);
      spdlog::error(
          "journal: {}: {} impressions and {} clicks are lost: the links they belong to were not on the disk "
          "yet when the machine went down",
          file.string(), damaged.impressions, damaged.clicks);
    }
    return found;
  }

  entry& add_entry(std::int64_t number, const std::filesystem::path& file, bool tried,
                   const event_totals& totals, journal_day day) {
    auto& added = slot_.entries_[number];
    std::error_code unknown;
    added.bytes = std::filesystem::file_size(file, unknown);
    added.closed_at = slot_.time_.wall();
    added.totals = totals;
    added.day = day;
    added.file = file;
    added.tried = tried;
    added.unsynced = true;  // nobody knows whether the process before came so far
    return added;
  }

  journal_slot& slot_;
  std::map<std::int64_t, std::pair<std::filesystem::path, file_name::kind>> files_;
  std::set<std::int64_t> absorbed_;
};

result<std::unique_ptr<journal_slot>> journal_slot::open(const std::filesystem::path& directory,
                                                         const clock& time, journal_ledger& ledger) {
  if (auto made = make_directory(directory); !made) return made.error();
  auto lock = lock_file(directory / "lock");
  if (!lock) return lock.error();
  auto identity = node_identity::open(directory, time);
  if (!identity) {
    if (identity.error().category() == error_category())
      ledger.refuse(directory / "identity", identity.error());
    return identity.error();
  }
  std::unique_ptr<journal_slot> slot(
      new journal_slot(directory, std::move(*lock), std::move(*identity), time, ledger));
  if (auto read = recovery(*slot).run(); !read) return read.error();
  return slot;
}

}  // namespace buttond
