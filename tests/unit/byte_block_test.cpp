#include "common/byte_block.hpp"

#include "common/ascii.hpp"

#include <catch2/catch.hpp>

#include <string>

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
