#pragma once
// A tally sheet: where one event loop counts during one epoch, a record a link. A file of fixed size, mapped
// into memory, with every block reserved beforehand, so counting makes no system call and can never meet a
// full disk; or the same in anonymous memory, where no file can be had (what it holds is at risk).
//
// The file, version 1; numbers are little-endian:
//
//   offset  bytes
//   0       8      magic "BTNDTALY"
//   8       4      version, 1
//   12      4      R, how many records there is room for
//   16      4      K, bytes of the key area (a multiple of 8)
//   20      4      0
//   24      8      the sheet's number: its name among the node's files, never used twice
//   32      32     the node, padded with zeros
//   64      8      checksum of the 64 bytes before (SipHash-2-4, see common/checksum.hpp)
//   72      8      the UTC day: days since 1970-01-01 as 4 bytes, then their complement as 4 bytes;
//                  0 until the sheet is taken into use
//   80      4016   0
//   4096    40 R   the records, in the order in which their links were first seen
//   ...     K      the key area: keys end to end
//
//   A record:
//   0       8      checksum of the key (SipHash-2-4), plus key offset and key length (see record_checksum)
//   8       8      impressions
//   16      8      clicks
//   24      8      shares
//   32      4      offset of the key in the key area
//   36      4      length of the key
//
// A record is there once one of its counts is not 0. These are written last, after the key, its
// place and its checksum, so a killed process leaves whole records only. A power failure may lose pages in
// any order: a record whose key fails its checksum is reported and its counts are lost, the others stand. So
// is one whose counts are more than possible (possible.hpp).
//
// The index from fingerprint to record is not part of the file: it is anonymous memory, so fingerprints never
// reach a disk, records lie close together (a sync writes, and a page fault costs, by links that were seen),
// and reading back needs no secret.
//
// One loop's thread writes; others read after the loop gave the sheet away. sync() is for any thread.

#include "button/impressions/per_kind.hpp"
#include "common/error.hpp"
#include "common/file.hpp"
#include "common/fingerprint.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

using journal_day = std::optional<std::chrono::sys_days>;

struct sheet_size {
  std::uint32_t records = 48 * 1024;
  std::uint32_t key_bytes = 5 << 20;
};

/// What a sheet's file takes of its disk, reserved when it is made.
std::size_t sheet_file_bytes(sheet_size size) noexcept;

/// A sheet's content. Reads no more than the head of a file that is not as long as that says: it may be of
/// any length. Errors: those of reading; file_corrupt, file_other_version.
result<std::string> read_sheet_file(const std::filesystem::path& file);

/// Reads a sheet; points into the bytes it was made from.
class sheet_view {
 public:
  /// Errors: file_corrupt, file_other_version; file_other_node where `node` is given and is not the sheet's.
  static result<sheet_view> parse(std::string_view bytes, std::string_view node);

  /// Nothing for a sheet that was never in use, or whose day was lost in a power failure.
  journal_day day() const noexcept { return day_; }
  std::int64_t number() const noexcept { return number_; }

  /// Calls `visit` for every link. Returns what the damaged records say, whose keys are lost.
  event_totals for_each(
      const std::function<void(std::string_view key, const event_totals& counts)>& visit) const;

 private:
  std::string_view records_;
  std::string_view keys_;
  journal_day day_;
  std::int64_t number_ = 0;
};

class tally_sheet {
 public:
  /// A new file (made as "<file>.tmp", renamed when it is whole; the directory is for the caller to sync).
  static result<std::shared_ptr<tally_sheet>> create(const std::filesystem::path& file, std::string_view node,
                                                     std::int64_t number, sheet_size size);

  /// Null when there is no memory.
  static std::shared_ptr<tally_sheet> in_memory(sheet_size size) noexcept;

  /// Takes it into use. Again, with another day, only while it is empty.
  void begin(std::chrono::sys_days day) noexcept;

  /// Counts `times` events; false when there is no room for a link that is new here.
  bool add(event_kind kind, const fingerprint& link, std::string_view key, std::uint64_t times = 1) noexcept;

  /// Whether something of `link` was counted here.
  bool has(const fingerprint& link) const noexcept;

  bool empty() const noexcept { return used_records_ == 0; }
  bool on_disk() const noexcept { return !file_.empty(); }
  const std::filesystem::path& file() const noexcept { return file_; }

  /// Whether somebody removed the file of one on disk: what it holds is in memory only.
  bool removed() const noexcept { return on_disk() && is_removed(fd_.get()); }
  std::int64_t number() const noexcept { return number_; }
  std::chrono::sys_days day() const noexcept { return day_; }

  /// The file's size.
  std::size_t bytes() const noexcept { return data_.bytes().size(); }

  /// What was counted so far. Any thread.
  event_totals totals() const noexcept { return totals_.read(); }

  /// What was counted so far is on the disk. Does nothing when nothing was counted since the last call. Once
  /// it failed it always does.
  result<void> sync();

  sheet_view view() const;

 private:
  struct entry;
  struct record;

  tally_sheet(memory_map data, memory_map index, sheet_size size) noexcept;
  static std::shared_ptr<tally_sheet> make(memory_map data, sheet_size size) noexcept;
  void write_header(std::string_view node, std::int64_t number) noexcept;
  entry& place_of(const fingerprint& link) const noexcept;
  record* insert(entry& place, const fingerprint& link, std::string_view key) noexcept;

  memory_map data_;
  memory_map index_;
  entry* entries_;
  record* records_;
  char* keys_;
  std::uint32_t index_mask_;
  sheet_size size_;
  std::uint32_t used_records_ = 0;
  std::uint32_t used_key_bytes_ = 0;
  std::int64_t number_ = 0;
  std::chrono::sys_days day_{};
  shared_totals totals_;
  std::atomic<std::uint64_t> synced_events_ = 0;
  unique_fd fd_;
  std::filesystem::path file_;
};

using sheet_list = std::vector<std::shared_ptr<tally_sheet>>;

}  // namespace buttond
