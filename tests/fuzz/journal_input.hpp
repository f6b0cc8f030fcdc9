#pragma once
// Files of a journal out of a fuzzer's input, so that it need not guess what no fuzzer guesses: a tally sheet
// is written without the zeros of its head, and where a checksum, a sum or a size is 0, the right one is put.
// What is not 0 stays, so that wrong ones are tried too.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace buttond::testing {

/// The node that the corpus writes into its files.
inline constexpr std::string_view node_of_input = "0123456789abcdef0123456789abcdef";

/// How a tally sheet begins, in a file and in an input.
inline constexpr std::size_t sheet_head_bytes = 4096;
inline constexpr std::size_t sheet_head_of_input = 80;
inline constexpr std::size_t sheet_record_bytes = 40;

/// By its first bytes a tally sheet, deltas, or what it is.
std::string journal_file_of(std::string_view input);

/// The number at `offset` of `bytes`, which must be that long.
template <class T>
T number_at(std::string_view bytes, std::size_t offset) {
  T number;
  std::memcpy(&number, bytes.data() + offset, sizeof number);
  return number;
}

}  // namespace buttond::testing
