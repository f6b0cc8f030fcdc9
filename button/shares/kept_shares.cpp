#include "button/shares/kept_shares.hpp"

#include "button/shares/share_json.hpp"
#include "common/file.hpp"

#include <fmt/format.h>
#include <sodium.h>
#include <spdlog/spdlog.h>

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <utility>

namespace buttond {
namespace {

constexpr std::string_view ending = ".json";
constexpr std::string_view under_way = ".tmp";

/// More than any share is: what is cut off is none.
constexpr std::size_t most_bytes = 65'536;

/// A file that is under way for so long is of a process that was killed; its share was not acknowledged.
constexpr std::chrono::hours under_way_at_most{1};

std::string hexadecimal(std::span<const unsigned char> bytes) {
  std::string text;
  for (const auto byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

std::string random_suffix() {
  std::array<unsigned char, 8> bytes;
  randombytes_buf(bytes.data(), bytes.size());
  return "." + hexadecimal(bytes) + std::string(under_way);
}

std::filesystem::file_time_type written_at(const std::filesystem::path& file) {
  std::error_code gone;
  const auto time = std::filesystem::last_write_time(file, gone);
  return gone ? std::filesystem::file_time_type::max() : time;
}

bool is_missing(const error_code& failure) {
  return failure == boost::system::errc::no_such_file_or_directory;
}

}  // namespace

kept_shares::kept_shares(std::filesystem::path directory, const clock& time, share_ledger& ledger)
    : directory_(std::move(directory)), time_(time), ledger_(ledger), suffix_(random_suffix()) {}

std::string kept_shares::name_of(const share_report& report) {
  // The length tells the end of the key from the beginning of the id.
  const auto text = fmt::format("{} {}{}", report.key.size(), report.key, report.id);
  std::array<unsigned char, crypto_generichash_BYTES_MIN> hash;
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(text.data()),
                     text.size(), nullptr, 0);
  return hexadecimal(hash) + std::string(ending);
}

bool kept_shares::keep(const share_report& report) {
  auto name = name_of(report);
  const std::lock_guard lock(mutex_);
  if (by_name_.contains(name)) {
    ledger_.repeated();
    return true;
  }
  if (by_age_.size() >= most) return false;
  const auto written = write(name, report);
  if (!written) tell_of(directory_, written.error());
  add(std::move(name), written ? std::nullopt : std::optional(report));
  return true;
}

void kept_shares::lose() {
  ledger_.lost();
  if (const auto more = drops_.due(time_.monotonic())) {
    spdlog::error("shares: one is lost, since {} wait in {} already: see that the store takes them{}", most,
                  directory_.string(), and_more(*more));
  }
}

void kept_shares::tell_of(const std::filesystem::path& what, const error_code& failure) {
  if (const auto more = disk_failures_.due(time_.monotonic())) {
    spdlog::error(
        "shares: {} cannot be written: {}; until it can, shares that wait for the store are in memory only{}",
        what.string(), failure.message(), and_more(*more));
  }
}

result<void> kept_shares::write(std::string_view name, const share_report& report) {
  if (const auto made = make_directory(directory_); !made) return made;
  const auto beside = directory_ / (std::string(name) + suffix_);
  auto written = [&]() -> result<void> {
    auto opened = open_file(beside, O_WRONLY | O_CREAT | O_TRUNC);
    if (!opened) return opened.error();
    return write_all(opened->get(), share_as_json(report));
  }();
  if (written) written = rename_file(beside, directory_ / name);
  if (!written) static_cast<void>(remove_file(beside));
  return written;
}

void kept_shares::add(std::string name, std::optional<share_report> unwritten) {
  if (unwritten) ++in_memory_;
  by_name_.emplace(name, next_);
  by_age_.emplace(next_++, waiting_share{std::move(name), std::move(unwritten)});
}

/// Whether it was here.
bool kept_shares::remove(const std::string& name) {
  const auto at = by_name_.find(name);
  if (at == by_name_.end()) return false;
  const auto share = by_age_.find(at->second);
  if (share->second.unwritten) --in_memory_;
  by_age_.erase(share);
  by_name_.erase(at);
  return true;
}

void kept_shares::look_again() {
  const auto names = list_directory(directory_);
  if (!names && !is_missing(names.error())) tell_of(directory_, names.error());
  std::vector<std::pair<std::filesystem::file_time_type, std::string>> found;
  if (names) {
    for (const auto& name : *names) {
      if (name.ends_with(under_way))
        remove_old_remains(name);
      else
        found.emplace_back(written_at(directory_ / name), name);
    }
  }
  std::sort(found.begin(), found.end());
  const std::lock_guard lock(mutex_);
  for (auto& [time, name] : found) {
    if (by_name_.contains(name) || left_alone_.contains(name) || unremoved_.contains(name)) continue;
    ledger_.recovered();
    add(std::move(name), std::nullopt);
  }
  write_again();
  remove_again();
}

void kept_shares::remove_old_remains(const std::string& name) {
  const auto file = directory_ / name;
  const auto now = std::filesystem::file_time_type::clock::from_sys(time_.wall());
  if (written_at(file) < now - under_way_at_most) static_cast<void>(remove_file(file));
}

void kept_shares::write_again() {
  if (in_memory_ == 0) return;
  for (auto& [age, share] : by_age_) {
    if (!share.unwritten) continue;
    if (const auto written = write(share.name, *share.unwritten); !written)
      return tell_of(directory_, written.error());
    share.unwritten.reset();
    --in_memory_;
  }
  disk_failures_.reset();
}

result<share_report> kept_shares::read(const waiting_share& share) const {
  if (share.unwritten) return *share.unwritten;
  const auto text = read_file(directory_ / share.name, most_bytes);
  if (!text) return text.error();
  return share_of_json(*text);
}

std::vector<kept_share> kept_shares::oldest(std::size_t count) {
  std::vector<waiting_share> candidates;
  {
    const std::lock_guard lock(mutex_);
    for (auto at = by_age_.begin(); at != by_age_.end() && candidates.size() < count; ++at)
      candidates.push_back(at->second);
  }
  std::vector<kept_share> shares;
  std::unordered_map<std::string, std::size_t> of_link;
  for (auto& candidate : candidates) {
    auto report = read(candidate);
    if (!report) {
      leave_alone(candidate.name, report.error());
    } else if (++of_link[report->key] <= most_of_a_link) {
      shares.push_back({std::move(candidate.name), std::move(*report)});
    }
  }
  return shares;
}

void kept_shares::leave_alone(const std::string& name, const error_code& why) {
  const std::lock_guard lock(mutex_);
  remove(name);
  if (is_missing(why)) return ledger_.repeated();  // another process on this directory was quicker
  ledger_.failed(1);
  left_alone_.insert(name);
  spdlog::error("shares: {} is not sent and left as it is: {}", (directory_ / name).string(), why.message());
}

void kept_shares::postpone(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto at = by_name_.find(name);
  if (at == by_name_.end()) return;
  auto share = by_age_.extract(at->second);
  share.key() = at->second = next_++;
  by_age_.insert(std::move(share));
}

void kept_shares::forget(const std::string& name, bool fresh) {
  const std::lock_guard lock(mutex_);
  if (remove(name)) ledger_.stored(fresh);
  const auto removed = remove_file(directory_ / name);
  if (removed) return;
  unremoved_.insert(name);
  tell_of(directory_ / name, removed.error());
}

void kept_shares::remove_again() {
  std::erase_if(unremoved_,
                [&](const std::string& name) { return remove_file(directory_ / name).has_value(); });
}

kept_numbers kept_shares::numbers() const {
  const std::lock_guard lock(mutex_);
  return {.waiting = by_age_.size(), .in_memory = in_memory_};
}

}  // namespace buttond
