#pragma once
// Who this node is for the store: a random name kept in the slot's directory, and the numbers of its slabs
// and batches, which only grow. A number is reserved durably before it is used.
//
// The file "identity" is one line of text: "buttond-node 1 <node> <reserved> <checksum>"; node: 16
// hexadecimal digits; reserved: all numbers below may have been used; checksum: of all before it, 16
// hexadecimal digits.
//
// Numbers begin at the time in milliseconds, or at the reserved mark where that is higher: so a data
// directory that was put back from an old copy does not use its numbers again either, which the store would
// take for batches that it has applied already.
//
// Used by one thread at a time.

#include "common/clock.hpp"
#include "common/error.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace buttond {

class node_identity {
 public:
  /// Reads the identity in `directory`; makes one where there is none. Errors: of the disk; file_corrupt,
  /// file_other_version (the file is left as it is).
  static result<node_identity> open(const std::filesystem::path& directory, const clock& time);

  /// One of this process only.
  static node_identity for_this_process(const clock& time);

  const std::string& node() const noexcept { return node_; }

  /// The next number. Fails where no block of numbers can be reserved.
  result<std::int64_t> next_number();

  /// Reserves early, so that a disk that fails for a while does not matter.
  void top_up();

  /// `number` was seen in a file's name: the next ones are above it.
  void skip_to_above(std::int64_t number) noexcept;

 private:
  node_identity(std::filesystem::path file, std::string node, std::int64_t next) noexcept;
  result<void> reserve();

  std::filesystem::path file_;  // empty: of this process only
  std::string node_;
  std::int64_t next_;
  std::int64_t reserved_ = 0;  // durably, by this process
};

}  // namespace buttond
