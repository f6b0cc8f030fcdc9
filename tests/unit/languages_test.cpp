#include "assets/languages.hpp"

#include "assets/assets.hpp"
#include "common/error.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace buttond;

namespace {

std::string_view chosen(std::string_view accept_language) {
  return languages()[choose_language(accept_language)].tag;
}

}  // namespace

TEST_CASE("English is for whoever asks for nothing that there is", "[languages]") {
  for (const std::string_view field :
       {"", "en", "en-US,en;q=0.9", "zh", "zh-Hant-TW,zh;q=0.9", "*", "tlh, *;q=0.1", ",,;,", ";q=1",
        "de;q=0", "de;q=x", "de;q=0.5x", "d\xC3\xA9", "-", "--de", "de_AT"}) {
    CAPTURE(field);
    CHECK(chosen(field) == "en");
  }
}

TEST_CASE("a language serves its variants, and a variant that there is is served by itself", "[languages]") {
  CHECK(chosen("de") == "de");
  CHECK(chosen("DE-at") == "de");
  CHECK(chosen("de-CH-1996") == "de");
  CHECK(chosen("de-*") == "de");
  CHECK(chosen("ja-JP") == "ja");
  CHECK(chosen("ar-EG") == "ar");
  CHECK(chosen("pt") == "pt");
  CHECK(chosen("pt-PT") == "pt");
  CHECK(chosen("pt-br") == "pt-BR");
  CHECK(chosen("deu") == "en");
}

TEST_CASE("of several languages the one that is wanted most is chosen", "[languages]") {
  CHECK(chosen("fr;q=0.5, de;q=0.8, en;q=0.1") == "de");
  CHECK(chosen("fr, de") == "fr");
  CHECK(chosen("zh, fr;q=0.4, en;q=0.3") == "fr");
  CHECK(chosen("de ; q=0.2 , es ; Q=0.25") == "es");
  CHECK(chosen("en;q=0.000, ja;q=0.001") == "ja");
  CHECK(chosen("de, *;q=0.5") == "de");
  CHECK(chosen("*;q=0.8, de;q=0.5") == "en");
  CHECK(chosen("*;q=0.8, de;q=0.5, en;q=0.1") == "de");
  CHECK(chosen("en;q=0, *") == "en");  // of the others none is named
}

TEST_CASE("a field of many or long languages is not read to its end", "[languages]") {
  std::string many;
  for (int i = 0; i < 32; ++i) many += "xx,";
  CHECK(chosen(many + "de") == "en");
  CHECK(chosen("de," + many) == "de");
  CHECK(chosen("de-" + std::string(10'000, 'x') + ", fr;q=0.5") == "de");
  CHECK(chosen(std::string(10'000, 'x') + ", fr;q=0.5") == "fr");
}

TEST_CASE("every language has every word, and says in which direction it is written", "[languages]") {
  REQUIRE(languages().front().tag == "en");
  for (const language& each : languages()) {
    CAPTURE(each.tag);
    CHECK(each.direction == (each.tag == "ar" ? "rtl" : "ltr"));
    REQUIRE(each.words.size() == languages().front().words.size());
    for (const language_word& word : languages().front().words) {
      CAPTURE(word.name);
      CHECK_FALSE(word_of(each, word.name).empty());
    }
  }
  CHECK_THROWS_AS(word_of(languages().front(), "no such word"), startup_error);
}

TEST_CASE("an answer in a language says so, and that it depends on the reader", "[languages]") {
  CHECK(language_fields(languages()[choose_language("pt-BR")]) ==
        "Content-Language: pt-BR\r\nVary: Accept-Language\r\n");
}
