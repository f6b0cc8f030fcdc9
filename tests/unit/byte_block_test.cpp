#include "common/byte_block.hpp"

#include "common/ascii.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

using namespace buttond;

TEST_CASE("A block tells of each byte whether it is in a range", "[ascii]") {
  for (int first = 0; first < 256; first += 16) {
    std::string bytes;
    for (int i = 0; i < 16; ++i) bytes += static_cast<char>(first + i);
    const byte_block block(bytes.data());
    for (const auto& [low, high] : {std::pair(' ', '~'),
                                    {'a', 'z'},
                                    {'0', '9'},
                                    {'-', '-'},
                                    {'\0', '\x1F'},
                                    {'\x7F', '\x7F'},
                                    {'\0', '\x7F'}}) {
      std::uint32_t expected = 0;
      for (int i = 0; i < 16; ++i)
        expected |= static_cast<std::uint32_t>(first + i >= low && first + i <= high) << i;
      CHECK(block.in_range(low, high) == expected);
    }
    std::string small;
    for (const char byte : bytes) small += static_cast<char>(byte | 0x20);
    CHECK(block.with_bits(0x20).in_range('a', 'z') == byte_block(small.data()).in_range('a', 'z'));
  }
}

TEST_CASE("A block says which of its bytes equal others", "[ascii]") {
  const byte_block block("a-b-c-d-e-f-g-h-");
  CHECK(block.equal_to('-') == 0xAAAA);
  CHECK(block.equal_to('h') == 0x4000);
  CHECK(block.equal_to(byte_block("a_b_c_d_e_f_g_h_")) == 0x5555);
  CHECK(byte_block::padded("ab").equal_to('\0') == 0xFFFC);
  CHECK(byte_block::padded("").equal_to('\0') == byte_block::all);
  CHECK(byte_block::padded("a-b-c-d-e-f-g-h-and more").equal_to(block) == byte_block::all);
}

TEST_CASE("A walk over a text's blocks meets each of its bytes once, and says where", "[ascii]") {
  for (std::size_t size = 0; size < 70; ++size) {
    const std::string text(size, 'x');
    std::string met;
    for_each_block(text, [&](const byte_block& block, std::uint32_t valid, std::size_t at) {
      CHECK(at == met.size());
      CHECK(block.equal_to('x') == valid);
      met.append(prefix_of(valid), 'x');
      return true;
    });
    CHECK(met == text);
  }
}

TEST_CASE("A walk over a text's blocks ends where it is told to", "[ascii]") {
  std::vector<std::size_t> places;
  for_each_block(std::string(70, 'x'), [&](const byte_block&, std::uint32_t, std::size_t at) {
    places.push_back(at);
    return at < 20;
  });
  CHECK(places == std::vector<std::size_t>{0, 16, 32});
}

TEST_CASE("A set's prefix is what stands before the first byte that is not in it", "[ascii]") {
  CHECK(prefix_of(byte_block("abc-defghijklmno").small_letters_and_digits()) == 3);
  CHECK(prefix_of(byte_block("-bcddefghijklmno").small_letters_and_digits()) == 0);
  CHECK(prefix_of(byte_block("abcddefghijklm09").small_letters_and_digits()) == byte_block::size);
}

TEST_CASE("Text is compared, and found, whatever its case", "[ascii]") {
  CHECK(starts_with_ignoring_case("HtTp://", "http"));
  CHECK_FALSE(starts_with_ignoring_case("HT", "http"));
  CHECK(equals_ignoring_case("CLOSE", "close"));
  CHECK_FALSE(equals_ignoring_case("closed", "close"));
  CHECK(contains_ignoring_case("a PreFetch;b", "prefetch"));
  CHECK_FALSE(contains_ignoring_case("a prefetc", "prefetch"));
  CHECK_FALSE(equals_ignoring_case("\xC4", "\xE4"));  // of ASCII only
}

TEST_CASE("Trimming takes the blanks it is told of off both ends, and nothing else", "[ascii]") {
  CHECK(trimmed<' ', '\t'>(" \t a b\t ") == "a b");
  CHECK(trimmed<' '>(" \t ") == "\t");
  CHECK(trimmed<' ', '\t'>(" \t ").empty());
  CHECK(trimmed<' '>("").empty());
}

TEST_CASE("Every byte that is not printable is found, wherever it stands", "[ascii]") {
  for (std::size_t size = 0; size < 150; ++size) {
    CHECK(unprintable_bytes(std::string(size, '~')).next() == size);
    for (const char odd : {'\0', '\t', '\r', '\x1f', '\x7f', '\x80', '\xff'}) {
      for (std::size_t at = 0; at < size; ++at) {
        std::string text(size, ' ');
        text[at] = text[size - 1] = odd;
        if (at + 1 < size) text[at + 1] = odd;
        unprintable_bytes found(text);
        CHECK(found.next() == at);
        if (at + 1 < size) CHECK(found.next() == at + 1);
        if (at + 2 < size) CHECK(found.next() == size - 1);
        CHECK(found.next() == size);
      }
    }
  }
}
