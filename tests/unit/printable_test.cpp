#include "common/printable.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>

using namespace buttond;
using namespace std::string_view_literals;

TEST_CASE("What a reader sees is printed as it is", "[printable]") {
  const auto text = GENERATE(""sv, "https://example.com/a?b=%22 'c' \\ \"d\""sv,
                             "gr\u00fc\u00df dich, \u4e2d\u6587, \U0001F600"sv);
  CHECK(printable(text) == text);
}

TEST_CASE("What a terminal or a log would obey is printed as its code", "[printable]") {
  const auto [text, printed] = GENERATE(table<std::string_view, std::string_view>({
      {"a\x1b[2J\x07", "a\\x1b[2J\\x07"},
      {"a\nERROR forged\r\tb", "a\\x0aERROR forged\\x0d\\x09b"},
      {"a\0b"sv, "a\\x00b"},
      {"\x7f", "\\x7f"},
      {"\u009b2J\u0085", "\\x9b2J\\x85"},
      {"\u202egnp.exe\u202c", "\\u{202e}gnp.exe\\u{202c}"},
      {"\u202a\u202b\u202d", "\\u{202a}\\u{202b}\\u{202d}"},
      {"\u2066\u2067\u2068\u2069", "\\u{2066}\\u{2067}\\u{2068}\\u{2069}"},
      {"\u200e\u200f\u061c", "\\u{200e}\\u{200f}\\u{61c}"},
      {"a\u2028b\u2029c", "a\\u{2028}b\\u{2029}c"},
      {"\ufffe\uffff\ufdd0\U0010ffff\ufeff", "\\u{fffe}\\u{ffff}\\u{fdd0}\\u{10ffff}\\u{feff}"},
  }));
  CHECK(printable(text) == printed);
}

TEST_CASE("Bytes that are not UTF-8 are printed one by one", "[printable]") {
  const auto [text, printed] = GENERATE(table<std::string_view, std::string_view>({
      {"a\xff\xfe"
       "b",
       "a\\xff\\xfeb"},
      {"\xc3", "\\xc3"},
      {"\xe2\x80", "\\xe2\\x80"},
      {"\xed\xa0\x80", "\\xed\\xa0\\x80"},  // a surrogate
      {"\xc0\x9b", "\\xc0\\x9b"},           // ESC, too long
      {"\x9b[2J", "\\x9b[2J"},
      {"\u00fc\xff\u00fc", "\u00fc\\xff\u00fc"},
  }));
  CHECK(printable(text) == printed);
}
