#include "button/impressions/journal_nodes.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <string>

namespace buttond {

journal_nodes::journal_nodes(std::filesystem::path root, const clock& time, journal_ledger& ledger)
    : root_(std::move(root)), time_(time), ledger_(ledger) {
  make_own();
  adopt_others();
}

void journal_nodes::make_own() {
  auto made = node_journal::create(root_, time_, ledger_);
  if (!made) {
    ledger_.fail("use", root_, made.error());
    return;
  }
  add(*made);
  const std::lock_guard lock(mutex_);
  own_ = std::move(*made);
}

void journal_nodes::forget_own() {
  const std::lock_guard lock(mutex_);
  own_ = nullptr;
}

std::string journal_nodes::own_name() const {
  const std::lock_guard lock(mutex_);
  return own_ == nullptr ? std::string() : own_->node();
}

bool journal_nodes::look_around() {
  const auto own_before = own_;
  if (own_ == nullptr) {
    make_own();
    if (own_ != nullptr) spdlog::info("journal: {} can be written now", root_.string());
  } else if (own_->name_taken()) {
    spdlog::error(
        "journal: another process goes on under this node's name, {}: was this machine cloned, or {} copied, "
        "while buttond ran? From now on this one counts under a name of its own",
        own_->node(), root_.string());
    forget_own();
    make_own();
  } else if (own_->removed()) {
    spdlog::error(
        "journal: {} was removed while buttond ran: what waited there for the store is lost, but for what is "
        "still in memory. Leave the data directory alone while buttond runs",
        own_->directory().string());
    forget_own();
    make_own();
  }
  if (own_ != nullptr && in_memory_ != nullptr) own_->move_from(*in_memory_);
  drop_finished();
  adopt_others();
  return own_ != own_before;
}

void journal_nodes::adopt_others() {
  const auto names = list_directory(root_);
  if (!names) return;  // make_own() says why
  for (const auto& name : *names) {
    const auto directory = root_ / name;
    if (!is_node_name(name) || is_known(directory) || !has_work(directory)) continue;
    auto opened = node_journal::open(directory, time_, ledger_);
    if (!opened) continue;  // its process lives
    const auto found = (*opened)->pending();
    if ((*opened)->finished()) continue;
    spdlog::info("journal: {} was left behind with {} impressions and {} clicks; they are flushed from here",
                 directory.string(), found.impressions, found.clicks);
    add(std::move(*opened));
  }
}

/// Also where nothing is left but the directory, which is then removed.
bool journal_nodes::has_work(const std::filesystem::path& directory) const {
  const auto names = list_directory(directory);
  if (!names) return false;
  const auto is_useless = [&](const std::string& name) { return ledger_.is_refused(directory / name); };
  return std::none_of(names->begin(), names->end(), is_useless) ||
         std::any_of(names->begin(), names->end(), [&](const std::string& name) {
           const auto what = read_journal_name(name).what;
           return (what == journal_file::kind::sheet || what == journal_file::kind::deltas) &&
                  !is_useless(name);
         });
}

bool journal_nodes::is_known(const std::filesystem::path& directory) const {
  const auto known = all();
  return std::any_of(known.begin(), known.end(),
                     [&](const auto& node) { return node->directory() == directory; });
}

void journal_nodes::add(node_ptr node) {
  const std::lock_guard lock(mutex_);
  nodes_.push_back(std::move(node));
}

void journal_nodes::drop_finished() {
  std::vector<node_ptr> finished;  // their directories are removed without the lock
  const std::lock_guard lock(mutex_);
  const auto kept = std::partition(nodes_.begin(), nodes_.end(), [this](const auto& node) {
    return node == own_ || node == in_memory_ || !node->finished();
  });
  std::move(kept, nodes_.end(), std::back_inserter(finished));
  nodes_.erase(kept, nodes_.end());
}

std::vector<journal_nodes::node_ptr> journal_nodes::all() const {
  const std::lock_guard lock(mutex_);
  return nodes_;
}

std::shared_ptr<tally_sheet> journal_nodes::new_sheet(sheet_size size) {
  if (own_ == nullptr) return nullptr;
  auto made = own_->new_sheet(size);
  if (made) return std::move(*made);
  ledger_.fail("make a tally sheet in", own_->directory(), made.error());
  return nullptr;
}

void journal_nodes::close(sheet_list closed) {
  sheet_list unwritten;
  for (const auto& node : all()) {
    if (node == in_memory_) continue;
    sheet_list of_node;
    for (auto& each : closed) {
      const bool belongs = each != nullptr &&
                           (each->on_disk() ? each->file().parent_path() == node->directory() : node == own_);
      if (belongs) of_node.push_back(std::exchange(each, nullptr));
    }
    for (auto& each : node->close(of_node)) unwritten.push_back(std::move(each));
  }
  for (auto& each : closed)
    if (each != nullptr) unwritten.push_back(std::move(each));
  if (unwritten.empty()) return;
  if (in_memory_ == nullptr) {
    in_memory_ = node_journal::in_memory(time_, ledger_);
    add(in_memory_);
  }
  in_memory_->close(unwritten);
}

std::optional<batch_claim> journal_nodes::take() {
  for (const auto& node : all())
    if (auto claimed = node->take()) return claimed;
  return std::nullopt;
}

std::uint64_t journal_nodes::bytes_on_disk() const {
  std::uint64_t sum = 0;
  for (const auto& node : all()) sum += node->bytes_on_disk();
  return sum;
}

queue_numbers journal_nodes::numbers() const {
  queue_numbers sum;
  for (const auto& node : all()) sum += node->numbers();
  return sum;
}

}  // namespace buttond
