#include "button/impressions/deltas_file.hpp"

#include "button/impressions/possible.hpp"
#include "button/store/batch_parts.hpp"
#include "common/checksum.hpp"
#include "common/file.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

namespace buttond {
namespace {

constexpr std::string_view magic = "BTNDDLTS";
constexpr std::string_view sheet_magic = "BTNDTALY";
constexpr std::uint32_t version = 1;
constexpr std::size_t entry_head_bytes = 28;
constexpr std::size_t most_absorbed = 1 << 20;

struct disk_head {
  std::array<char, 8> magic;
  std::uint32_t version;
  std::uint32_t absorbed;
  std::int64_t number;
  std::array<char, 32> node;
  batch_seed seed;
  std::int64_t closed_at;
  std::int32_t day;
  std::uint32_t has_day;
  std::uint64_t links;
  std::uint64_t batches;
  std::uint64_t impressions;
  std::uint64_t clicks;
  std::uint64_t shares;
  std::uint64_t entry_bytes;
  std::uint64_t entry_checksum;
  std::uint64_t head_checksum;
};
static_assert(sizeof(disk_head) == 152 && offsetof(disk_head, head_checksum) == 144);

template <class T>
std::string_view raw(const T& value) noexcept {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

std::uint64_t head_checksum(const disk_head& head, std::string_view absorbed) noexcept {
  long_checksum sum;
  sum.add(raw(head).substr(0, offsetof(disk_head, head_checksum)));
  sum.add(absorbed);
  return sum.value();
}

struct parsed_head {
  deltas_head head;
  std::size_t entries_at = 0;
  std::uint64_t entry_bytes = 0;
  std::uint64_t entry_checksum = 0;
};

/// Whether what a head says can be so; its checksum says only who wrote it.
bool is_possible_head(const disk_head& disk) noexcept {
  const auto day = std::chrono::sys_days(std::chrono::days(disk.day));
  return is_possible(std::chrono::seconds(disk.closed_at)) && (disk.has_day == 0 || is_possible(day)) &&
         is_possible({}, {disk.impressions, disk.clicks, disk.shares}) && disk.batches <= disk.links &&
         disk.links <= disk.entry_bytes / entry_head_bytes;
}

result<parsed_head> parse_head(std::string_view bytes, std::string_view node) {
  disk_head disk;
  if (bytes.size() < sizeof disk) return errc::file_corrupt;
  std::memcpy(&disk, bytes.data(), sizeof disk);
  if (std::string_view(disk.magic.data(), disk.magic.size()) != magic) return errc::file_corrupt;
  if (disk.version != version) return errc::file_other_version;
  const std::size_t absorbed_bytes = std::size_t{disk.absorbed} * sizeof(std::int64_t);
  if (disk.absorbed > most_absorbed || bytes.size() - sizeof disk < absorbed_bytes) return errc::file_corrupt;
  const auto absorbed = bytes.substr(sizeof disk, absorbed_bytes);
  if (disk.head_checksum != head_checksum(disk, absorbed) || !is_possible_head(disk))
    return errc::file_corrupt;

  parsed_head parsed;
  auto& head = parsed.head;
  head.node.assign(disk.node.data(), ::strnlen(disk.node.data(), disk.node.size()));
  if (head.node != node) return errc::file_other_node;
  head.number = disk.number;
  head.seed = disk.seed;
  head.closed_at = wall_time(std::chrono::seconds(disk.closed_at));
  if (disk.has_day != 0) head.day = std::chrono::sys_days(std::chrono::days(disk.day));
  head.absorbed.resize(disk.absorbed);
  if (!absorbed.empty()) std::memcpy(head.absorbed.data(), absorbed.data(), absorbed.size());
  // Numbers grow: what it absorbed, and what goes therefore, was there before it.
  if (std::ranges::any_of(head.absorbed, [&](file_number each) { return each >= head.number; }))
    return errc::file_corrupt;
  head.links = disk.links;
  head.batches = disk.batches;
  head.totals = {disk.impressions, disk.clicks, disk.shares};
  parsed.entries_at = sizeof disk + absorbed_bytes;
  parsed.entry_bytes = disk.entry_bytes;
  parsed.entry_checksum = disk.entry_checksum;
  return parsed;
}

result<std::vector<link_delta>> parse_entries(std::string_view entries, std::uint64_t count) {
  std::vector<link_delta> links;
  event_totals sum;
  links.reserve(std::min<std::size_t>(count, entries.size() / entry_head_bytes));
  while (!entries.empty()) {
    if (entries.size() < entry_head_bytes) return errc::file_corrupt;
    std::uint32_t length = 0;
    link_delta link;
    std::memcpy(&link.delta.impressions, entries.data(), 8);
    std::memcpy(&link.delta.clicks, entries.data() + 8, 8);
    std::memcpy(&link.delta.shares, entries.data() + 16, 8);
    std::memcpy(&length, entries.data() + 24, 4);
    if (entries.size() - entry_head_bytes < length || length == 0) return errc::file_corrupt;
    link.key = entries.substr(entry_head_bytes, length);
    const auto counts = totals_of({&link, 1});  // what is negative is more than possible
    if (!is_possible(sum, counts) || (!links.empty() && links.back().key >= link.key))
      return errc::file_corrupt;
    sum += counts;
    links.push_back(link);
    entries.remove_prefix(entry_head_bytes + length);
  }
  if (links.size() != count) return errc::file_corrupt;
  return links;
}

link_delta sum_of(link_delta left, const link_delta& right) noexcept {
  left.delta += right.delta;
  return left;
}

}  // namespace

std::string encode_deltas(const deltas_head& head, std::span<const link_delta> links) {
  disk_head disk{};
  std::memcpy(disk.magic.data(), magic.data(), magic.size());
  disk.version = version;
  disk.absorbed = static_cast<std::uint32_t>(head.absorbed.size());
  disk.number = head.number;
  head.node.copy(disk.node.data(), disk.node.size());
  disk.seed = head.seed;
  disk.closed_at =
      std::chrono::duration_cast<std::chrono::seconds>(head.closed_at.time_since_epoch()).count();
  disk.has_day = head.day ? 1 : 0;
  if (head.day) disk.day = static_cast<std::int32_t>(head.day->time_since_epoch().count());
  disk.links = links.size();
  disk.batches = cut_into_batches(links).size();
  const auto totals = totals_of(links);
  disk.impressions = totals.impressions;
  disk.clicks = totals.clicks;
  disk.shares = totals.shares;
  for (const auto& link : links) disk.entry_bytes += entry_head_bytes + link.key.size();

  const std::string_view absorbed(reinterpret_cast<const char*>(head.absorbed.data()),
                                  head.absorbed.size() * sizeof(std::int64_t));
  const std::size_t entries_at = sizeof disk + absorbed.size();
  std::string bytes;
  bytes.reserve(entries_at + disk.entry_bytes);
  bytes.resize(sizeof disk);
  bytes.append(absorbed);
  for (const auto& link : links) {
    const auto length = static_cast<std::uint32_t>(link.key.size());
    bytes.append(raw(link.delta.impressions)).append(raw(link.delta.clicks)).append(raw(link.delta.shares));
    bytes.append(raw(length)).append(link.key);
  }
  long_checksum sum;
  sum.add(std::string_view(bytes).substr(entries_at));
  disk.entry_checksum = sum.value();
  disk.head_checksum = head_checksum(disk, absorbed);
  std::memcpy(bytes.data(), &disk, sizeof disk);
  return bytes;
}

result<deltas_head> read_deltas_head(const std::filesystem::path& file, std::string_view node) {
  auto bytes = read_file(file, sizeof(disk_head));
  if (!bytes) return bytes.error();
  if (bytes->size() == sizeof(disk_head)) {
    disk_head disk;
    std::memcpy(&disk, bytes->data(), sizeof disk);
    if (disk.absorbed > 0 && disk.absorbed <= most_absorbed) {
      bytes = read_file(file, sizeof disk + disk.absorbed * sizeof(std::int64_t));
      if (!bytes) return bytes.error();
    }
  }
  auto parsed = parse_head(*bytes, node);
  if (!parsed) return parsed.error();
  std::error_code failure;
  const auto size = std::filesystem::file_size(file, failure);
  if (failure || size != parsed->entries_at + parsed->entry_bytes) return errc::file_corrupt;
  return std::move(parsed->head);
}

result<std::unique_ptr<loaded_deltas>> parse_deltas(std::string bytes, std::string_view node) {
  auto loaded = std::make_unique<loaded_deltas>();
  loaded->bytes = std::move(bytes);
  const std::string_view all = loaded->bytes;
  if (looks_like_sheet(all)) {
    const auto view = sheet_view::parse(all, node);
    if (!view) return view.error();
    loaded->links = links_of({&*view, 1});
    return loaded;
  }
  auto parsed = parse_head(all, node);
  if (!parsed) return parsed.error();
  const auto entries = all.substr(parsed->entries_at);
  if (entries.size() != parsed->entry_bytes) return errc::file_corrupt;
  long_checksum sum;
  sum.add(entries);
  if (sum.value() != parsed->entry_checksum) return errc::file_corrupt;
  auto links = parse_entries(entries, parsed->head.links);
  if (!links) return links.error();
  if (totals_of(*links) != parsed->head.totals) return errc::file_corrupt;
  loaded->links = std::move(*links);
  loaded->seed = parsed->head.seed;
  return loaded;
}

bool looks_like_sheet(std::string_view bytes) noexcept {
  return bytes.starts_with(sheet_magic);
}

std::vector<link_delta> links_of(std::span<const sheet_view> sheets) {
  std::vector<link_delta> links;
  for (const auto& each : sheets) {
    each.for_each([&](std::string_view key, const event_totals& counts) {
      const auto shares = each.day() ? counts.shares : 0;
      links.push_back({key,
                       {static_cast<std::int64_t>(counts.impressions),
                        static_cast<std::int64_t>(counts.clicks), static_cast<std::int64_t>(shares)}});
    });
  }
  std::sort(links.begin(), links.end(),
            [](const link_delta& left, const link_delta& right) { return left.key < right.key; });
  std::size_t kept = 0;
  for (std::size_t at = 0; at < links.size(); ++at) {
    if (kept > 0 && links[kept - 1].key == links[at].key)
      links[kept - 1].delta += links[at].delta;
    else
      links[kept++] = links[at];
  }
  links.resize(kept);
  return links;
}

event_totals totals_of(std::span<const link_delta> links) noexcept {
  tally sum;
  for (const auto& link : links) sum += link.delta;
  return {static_cast<std::uint64_t>(sum.impressions), static_cast<std::uint64_t>(sum.clicks),
          static_cast<std::uint64_t>(sum.shares)};
}

std::vector<link_delta> merge_links(std::span<const link_delta> left, std::span<const link_delta> right) {
  std::vector<link_delta> merged;
  merged.reserve(left.size() + right.size());
  auto l = left.begin();
  auto r = right.begin();
  while (l != left.end() && r != right.end()) {
    const auto order = l->key.compare(r->key);
    if (order == 0)
      merged.push_back(sum_of(*l++, *r++));
    else
      merged.push_back(order < 0 ? *l++ : *r++);
  }
  merged.insert(merged.end(), l, left.end());
  merged.insert(merged.end(), r, right.end());
  return merged;
}

}  // namespace buttond
