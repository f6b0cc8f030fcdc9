#include "button/impressions/tally_sheet.hpp"

#include "button/impressions/possible.hpp"
#include "common/checksum.hpp"

#include <fcntl.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <limits>
#include <new>

namespace buttond {
namespace {

static_assert(std::endian::native == std::endian::little, "the journal's files are little-endian");

constexpr std::string_view magic = "BTNDTALY";
constexpr std::uint32_t version = 1;
constexpr std::size_t header_bytes = 4096;

// What was synced of a sheet whose sync failed once: the kernel forgets what it failed to write, and the next
// sync would succeed without it.
constexpr auto nobody_knows = std::numeric_limits<std::uint64_t>::max();

struct header {
  std::array<char, 8> magic;
  std::uint32_t version;
  std::uint32_t records;
  std::uint32_t key_bytes;
  std::uint32_t zero;
  std::int64_t number;
  std::array<char, 32> node;
  std::uint64_t checksum;
  std::uint64_t day;
};
static_assert(sizeof(header) == 80 && offsetof(header, checksum) == 64);

struct disk_record {
  std::uint64_t checksum;
  event_totals counts;
  std::uint32_t key_offset;
  std::uint32_t key_length;
};
static_assert(sizeof(disk_record) == 40 && offsetof(event_totals, clicks) == 8 &&
              offsetof(event_totals, shares) == 16);

std::uint64_t header_checksum(const header& head) noexcept {
  return short_checksum({reinterpret_cast<const char*>(&head), offsetof(header, checksum)});
}

std::uint64_t record_checksum(std::string_view key, std::uint32_t offset) noexcept {
  return short_checksum(key) + (std::uint64_t{offset} << 32U) + key.size();
}

std::uint64_t encode_day(std::chrono::sys_days day) noexcept {
  const auto days = static_cast<std::uint32_t>(day.time_since_epoch().count());
  return std::uint64_t{days} | (std::uint64_t{~days} << 32U);
}

journal_day decode_day(std::uint64_t encoded) noexcept {
  const auto days = static_cast<std::uint32_t>(encoded);
  if (static_cast<std::uint32_t>(encoded >> 32U) != ~days) return std::nullopt;
  const std::chrono::sys_days day(std::chrono::days(static_cast<std::int32_t>(days)));
  return is_possible(day) ? journal_day(day) : std::nullopt;
}

result<header> read_header(std::string_view bytes) noexcept {
  header head;
  if (bytes.size() < header_bytes) return errc::file_corrupt;
  std::memcpy(&head, bytes.data(), sizeof head);
  if (std::string_view(head.magic.data(), head.magic.size()) != magic) return errc::file_corrupt;
  if (head.version != version) return errc::file_other_version;
  if (head.checksum != header_checksum(head)) return errc::file_corrupt;
  return head;
}

}  // namespace

std::size_t sheet_file_bytes(sheet_size size) noexcept {
  return header_bytes + std::size_t{size.records} * sizeof(disk_record) + size.key_bytes;
}

struct tally_sheet::record : disk_record {};

struct tally_sheet::entry {
  fingerprint link;
  std::uint32_t record;  // its number plus one; 0: this place is free
  std::uint32_t unused;
};

result<std::string> read_sheet_file(const std::filesystem::path& file) {
  const auto head = read_file(file, header_bytes);
  if (!head) return head.error();
  const auto read = read_header(*head);
  if (!read) return read.error();
  std::error_code failure;
  const auto size = std::filesystem::file_size(file, failure);
  if (failure || size != sheet_file_bytes({read->records, read->key_bytes})) return errc::file_corrupt;
  return read_file(file);
}

result<sheet_view> sheet_view::parse(std::string_view bytes, std::string_view node) {
  const auto read = read_header(bytes);
  if (!read) return read.error();
  const header& head = *read;
  if (bytes.size() != sheet_file_bytes({head.records, head.key_bytes})) return errc::file_corrupt;
  const std::string_view owner(head.node.data(), ::strnlen(head.node.data(), head.node.size()));
  if (!node.empty() && owner != node) return errc::file_other_node;

  sheet_view view;
  view.records_ = bytes.substr(header_bytes, head.records * sizeof(disk_record));
  view.keys_ = bytes.substr(header_bytes + view.records_.size());
  view.day_ = decode_day(head.day);
  view.number_ = head.number;
  return view;
}

event_totals sheet_view::for_each(
    const std::function<void(std::string_view, const event_totals&)>& visit) const {
  event_totals whole;
  event_totals damaged;
  // To the end, not to the first empty record: a power failure may have lost a page in the middle.
  for (std::size_t at = 0; at < records_.size(); at += sizeof(disk_record)) {
    disk_record record;
    std::memcpy(&record, records_.data() + at, sizeof record);
    if (record.counts == event_totals{}) continue;
    const bool inside =
        record.key_length <= keys_.size() && record.key_offset <= keys_.size() - record.key_length;
    const auto key = inside ? keys_.substr(record.key_offset, record.key_length) : std::string_view();
    if (inside && !key.empty() && record.checksum == record_checksum(key, record.key_offset) &&
        is_possible(whole, record.counts)) {
      whole += record.counts;
      visit(key, record.counts);
    } else {
      add_possible(damaged, record.counts);
    }
  }
  return damaged;
}

tally_sheet::tally_sheet(memory_map data, memory_map index, sheet_size size) noexcept
    : data_(std::move(data)),
      index_(std::move(index)),
      entries_(reinterpret_cast<entry*>(index_.bytes().data())),
      records_(reinterpret_cast<record*>(data_.bytes().data() + header_bytes)),
      keys_(reinterpret_cast<char*>(records_ + size.records)),
      index_mask_(static_cast<std::uint32_t>(index_.bytes().size() / sizeof(entry)) - 1),
      size_(size) {}

std::shared_ptr<tally_sheet> tally_sheet::make(memory_map data, sheet_size size) noexcept {
  // Never more than three quarters full, so that a probe stays short, and never full, so that it ends.
  const std::size_t wanted = std::size_t{size.records} + std::max(size.records / 3, 1U);
  const std::size_t places = std::bit_ceil(wanted);
  auto index = memory_map::anonymous(places * sizeof(entry));
  if (!index) return nullptr;
  auto* made = new (std::nothrow) tally_sheet(std::move(data), std::move(*index), size);
  return std::shared_ptr<tally_sheet>(made);
}

result<std::shared_ptr<tally_sheet>> tally_sheet::create(const std::filesystem::path& file,
                                                         std::string_view node, std::int64_t number,
                                                         sheet_size size) {
  auto beside = file;
  beside += ".tmp";
  auto made = [&]() -> result<std::shared_ptr<tally_sheet>> {
    auto fd = open_file(beside, O_RDWR | O_CREAT | O_TRUNC);
    if (!fd) return fd.error();
    if (auto reserved = reserve_blocks(fd->get(), sheet_file_bytes(size)); !reserved) return reserved.error();
    auto data = memory_map::of_file(fd->get(), sheet_file_bytes(size));
    if (!data) return data.error();
    auto fresh = make(std::move(*data), size);
    if (!fresh) return make_error_code(boost::system::errc::not_enough_memory);
    fresh->write_header(node, number);
    if (auto synced = sync_file(fd->get()); !synced) return synced.error();
    if (auto named = rename_file(beside, file); !named) return named.error();
    fresh->fd_ = std::move(*fd);
    fresh->file_ = file;
    return fresh;
  }();
  if (!made) remove_file(beside);
  return made;
}

std::shared_ptr<tally_sheet> tally_sheet::in_memory(sheet_size size) noexcept {
  auto data = memory_map::anonymous(sheet_file_bytes(size));
  if (!data) return nullptr;
  auto fresh = make(std::move(*data), size);
  if (fresh) fresh->write_header({}, 0);
  return fresh;
}

void tally_sheet::write_header(std::string_view node, std::int64_t number) noexcept {
  number_ = number;
  header head{};
  std::memcpy(head.magic.data(), magic.data(), head.magic.size());
  head.version = version;
  head.records = size_.records;
  head.key_bytes = size_.key_bytes;
  head.number = number;
  node.copy(head.node.data(), head.node.size());
  head.checksum = header_checksum(head);
  std::memcpy(data_.bytes().data(), &head, sizeof head);
}

void tally_sheet::begin(std::chrono::sys_days day) noexcept {
  day_ = day;
  const auto encoded = encode_day(day);
  std::memcpy(data_.bytes().data() + offsetof(header, day), &encoded, sizeof encoded);
}

tally_sheet::entry& tally_sheet::place_of(const fingerprint& link) const noexcept {
  auto at = static_cast<std::uint32_t>(link.high) & index_mask_;
  while (entries_[at].record != 0 && entries_[at].link != link) at = (at + 1) & index_mask_;
  return entries_[at];
}

bool tally_sheet::has(const fingerprint& link) const noexcept {
  return place_of(link).record != 0;
}

bool tally_sheet::add(event_kind kind, const fingerprint& link, std::string_view key,
                      std::uint64_t times) noexcept {
  entry& place = place_of(link);
  record* found = place.record != 0 ? records_ + (place.record - 1) : insert(place, link, key);
  if (found == nullptr) return false;
  std::uint64_t& count = found->counts[kind];
  // Release: whoever reads the file after a kill sees the key of every record that counts something.
  std::atomic_ref(count).store(count + times, std::memory_order_release);
  totals_.add(kind, times);
  return true;
}

tally_sheet::record* tally_sheet::insert(entry& place, const fingerprint& link,
                                         std::string_view key) noexcept {
  if (used_records_ == size_.records || key.size() > size_.key_bytes - used_key_bytes_) return nullptr;
  std::memcpy(keys_ + used_key_bytes_, key.data(), key.size());
  record& fresh = records_[used_records_];
  fresh.key_offset = used_key_bytes_;
  fresh.key_length = static_cast<std::uint32_t>(key.size());
  fresh.checksum = record_checksum(key, used_key_bytes_);
  used_key_bytes_ += fresh.key_length;
  ++used_records_;
  place.link = link;
  place.record = used_records_;
  return &fresh;
}

result<void> tally_sheet::sync() {
  const auto counted = totals();
  const auto events = counted.impressions + counted.clicks + counted.shares;
  const auto known = synced_events_.load(std::memory_order_relaxed);
  if (!on_disk() || events == known) return {};
  if (known == nobody_knows) return error_code(EIO, boost::system::system_category());
  auto synced = sync_file(fd_.get());
  synced_events_.store(synced ? events : nobody_knows, std::memory_order_relaxed);
  return synced;
}

sheet_view tally_sheet::view() const {
  const auto bytes = data_.bytes();
  // A sheet of ours is valid by construction.
  return *sheet_view::parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, {});
}

}  // namespace buttond
