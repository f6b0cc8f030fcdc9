#include "button/handlers/pages/button_look.hpp"
#include "button/handlers/pages/button_svg.hpp"
#include "button/handlers/pages/button_words.hpp"
#include "button/handlers/pages/escape.hpp"
#include "button/handlers/pages/frame_page.hpp"

#include <catch2/catch.hpp>

#include <cstddef>
#include <optional>
#include <string>

using namespace buttond;

namespace {

constexpr std::size_t english = 0;

button_words words_in(std::string_view tag) {
  return button_words(languages()[choose_language(tag)]);
}

std::string escaped(std::string_view text) {
  std::string out;
  append_escaped(out, text);
  return out;
}

std::string component(std::string_view text) {
  std::string out;
  append_component(out, text);
  return out;
}

button_look<std::string_view> hostile_look() {
  button_look<std::string_view> look;
  look.label = "<b>\"'&";
  look.url = "https://example.com/?a=\"><script>alert(1)</script>";
  look.text = "it's </a><script>";
  look.via = "\" onclick=\"x";
  look.picture = "javascript:alert(1)";
  return look;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("text is escaped for HTML and XML", "[pages]") {
  CHECK(escaped("a & b < c > d \" e ' f") == "a &amp; b &lt; c &gt; d &quot; e &#39; f");
  CHECK(escaped("Grüße 共有 🎉") == "Grüße 共有 🎉");
}

TEST_CASE("what XML does not allow becomes a replacement character", "[pages]") {
  CHECK(escaped(std::string_view("a\0b", 3)) ==
        "a\xEF\xBF\xBD"
        "b");
  CHECK(escaped("\x1B[0m") == "\xEF\xBF\xBD[0m");
  CHECK(escaped("\xFF\xFEx") == "\xEF\xBF\xBD\xEF\xBF\xBDx");
  CHECK(escaped("\xC0\xAF") == "\xEF\xBF\xBD\xEF\xBF\xBD");                  // overlong
  CHECK(escaped("\xED\xA0\x80") == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // surrogate
  CHECK(escaped("\xE5\x85") == "\xEF\xBF\xBD\xEF\xBF\xBD");                  // cut off
  CHECK(escaped("\xF4\x90\x80\x80").size() == 12);                           // past U+10FFFF
  CHECK(escaped("a\uFFFEb\uFFFFc\uFFFDd\uFFFC") == "a\uFFFDb\uFFFDc\uFFFDd\uFFFC");
  CHECK(escaped("\U0001FFFE\uFDD0\u0085") == "\U0001FFFE\uFDD0\u0085");  // these it does
  CHECK(escaped("tab\tand\nline") == "tab\tand\nline");
}

TEST_CASE("a query component keeps unreserved characters only", "[pages]") {
  CHECK(component("https://example.com/a b?x=1&y=ü#z") ==
        "https%3A%2F%2Fexample.com%2Fa%20b%3Fx%3D1%26y%3D%C3%BC%23z");
  CHECK(component("-._~") == "-._~");
}

TEST_CASE("counts are shown compact, as Intl does in English", "[pages]") {
  const auto compact_count = [](std::int64_t count) { return words_in("en").compact_count(count); };
  CHECK(compact_count(0) == "0");
  CHECK(compact_count(999) == "999");
  CHECK(compact_count(1'000) == "1K");
  CHECK(compact_count(1'234) == "1.2K");
  CHECK(compact_count(1'960) == "2K");
  CHECK(compact_count(9'949) == "9.9K");
  CHECK(compact_count(9'950) == "10K");
  CHECK(compact_count(12'345) == "12K");
  CHECK(compact_count(999'499) == "999K");
  CHECK(compact_count(999'500) == "1M");
  CHECK(compact_count(89'000'000) == "89M");
  CHECK(compact_count(1'500'000'000) == "1.5B");
  CHECK(compact_count(9'000'000'000'000'000'000) == "9000000T");
}

TEST_CASE("the accessible name says the exact number", "[pages]") {
  const auto accessible_name = [](std::string_view label, std::optional<std::int64_t> count) {
    return words_in("en").accessible_name(label, count);
  };
  CHECK(accessible_name("", 12) == "Share this page, 12 shares");
  CHECK(accessible_name("", 1) == "Share this page, 1 share");
  CHECK(accessible_name("", 1'234'567) == "Share this page, 1,234,567 shares");
  CHECK(accessible_name("", std::nullopt) == "Share this page");
  CHECK(accessible_name("Teilen", 100) == "Teilen, 100 shares");
}

TEST_CASE("a button says its words and numbers as its reader's language does", "[pages][languages]") {
  CHECK(words_in("de").accessible_name("", 12'345) == "Diese Seite teilen, 12.345-mal geteilt");
  CHECK(words_in("de").compact_count(1'234) == "1,2K");
  CHECK(words_in("de").compact_count(12'345) == "12K");
  CHECK(words_in("fr").accessible_name("", 1'234'567) ==
        "Partager cette page, partages\u00A0: 1\u202F234\u202F567");
  CHECK(words_in("es").accessible_name("", 1) == "Compartir esta página, compartido 1 vez");
  CHECK(words_in("pt").label("") == "Partilhar");
  CHECK(words_in("pt-BR").label("") == "Compartilhar");
  CHECK(words_in("ja").accessible_name("", 7) == "このページをシェア、シェア数 7");
  CHECK(words_in("ar").accessible_name("", 12) == "مشاركة هذه الصفحة، عدد المشاركات: 12");
}

TEST_CASE("a label that is given is nobody's to translate, and no format", "[pages][languages]") {
  CHECK(words_in("de").label("Share") == "Share");
  CHECK(words_in("de").accessible_name("{count}{0}", 2) == "{count}{0}, 2-mal geteilt");
  CHECK(words_in("de").accessible_name("Teilen", std::nullopt) == "Diese Seite teilen");
}

TEST_CASE("the frame and the drawing are in the language of their reader", "[pages][languages]") {
  const frame_page frame;
  const button_svg drawing;
  for (std::size_t number = 0; number < languages().size(); ++number) {
    const language& spoken = languages()[number];
    const std::string tag(spoken.tag);
    CAPTURE(tag);
    button_look<std::string_view> look;
    look.language = number;
    std::string page;
    frame.render(look, 12, page);
    CHECK(contains(page, "<html lang=\"" + tag + "\" dir=\"" + std::string(spoken.direction) + "\">"));
    CHECK(contains(page, "</i>" + std::string(word_of(spoken, "share")) + "</b>"));
    CHECK(contains(page, "aria-label=\"" + escaped(words_in(tag).accessible_name("", 12)) + "\""));
    CHECK(contains(page, "<span id=\"buffer_count\">12</span>"));
    CHECK(contains(std::string(frame.fields(number)), language_fields(spoken)));
    std::string svg;
    drawing.render(look, 1'234, svg);
    CHECK(contains(svg, "xml:lang=\"" + tag + "\""));
    CHECK(contains(svg, ">" + std::string(word_of(spoken, "share")) + "</text>"));
    CHECK(contains(svg, "<title>" + escaped(words_in(tag).accessible_name("", 1'234)) + "</title>"));
    CHECK(contains(std::string(drawing.fields(number)), language_fields(spoken)));
  }
}

TEST_CASE("a word that has no room in the frame gives up its icon, then itself", "[pages][languages]") {
  const frame_page page;
  const auto rendered = [&](std::string_view tag, button_style style, std::string_view label) {
    button_look<std::string_view> look;
    look.style = style;
    look.label = label;
    look.language = choose_language(tag);
    std::string out;
    page.render(look, 1'234, out);
    return out;
  };
  CHECK(contains(rendered("en", button_style::none, ""), "<a class=\"none\""));
  CHECK(contains(rendered("de", button_style::horizontal, ""), "<a class=\"horizontal\""));
  CHECK(contains(rendered("fr", button_style::none, ""), "<a class=\"none bare\""));
  CHECK(contains(rendered("fr", button_style::none, ""), "</i>Partager</b>"));
  const std::string longest = rendered("pt-BR", button_style::vertical, "");
  CHECK(contains(longest, "<a class=\"vertical icon\""));
  CHECK(contains(longest, "</i></b>"));
  CHECK(contains(longest, "aria-label=\"Compartilhar esta página, 1.234 compartilhamentos\""));
  CHECK(contains(rendered("fr", button_style::none, "Faites passer"), "<a class=\"none\""));
}

TEST_CASE("the frame holds the count byte for byte as its clients look for it", "[pages]") {
  const frame_page page;
  for (const auto style : {button_style::horizontal, button_style::vertical, button_style::none}) {
    for (const std::int64_t count : {0, 7, 12'345, 89'000'000}) {
      std::string out;
      button_look<std::string_view> look;
      look.style = style;
      page.render(look, count, out);
      CHECK(contains(out, "<span id=\"buffer_count\">" + std::to_string(count) + "</span>"));
    }
  }
}

TEST_CASE("a frame without a count shows none", "[pages]") {
  const frame_page page;
  std::string out;
  page.render({}, std::nullopt, out);
  CHECK(contains(out, "<span id=\"buffer_count\">0</span>"));
  CHECK(contains(out, "aria-label=\"Share this page\""));
  CHECK_FALSE(contains(out, "class=\"count\""));
}

TEST_CASE("only a frame that was asked for ahead of being shown reports that it is seen", "[pages]") {
  const frame_page page;
  button_look<std::string_view> look;
  look.url = "https://example.com/a";
  std::string counted;
  page.render(look, 3, counted);
  CHECK_FALSE(contains(counted, "data-unseen"));
  look.unseen = true;
  std::string ahead;
  page.render(look, 3, ahead);
  CHECK(contains(ahead, " data-unseen href=\"/add?url="));
  CHECK(contains(std::string(page.fields(0)), "img-src 'self'"));
}

TEST_CASE("the frame's CSP names its style and script by hash and allows any embedder", "[pages]") {
  const frame_page page;
  const std::string fields(page.fields(english));
  CHECK(contains(fields, "default-src 'none'; style-src 'sha256-"));
  CHECK(contains(fields, "frame-ancestors *"));
  CHECK_FALSE(contains(fields, "unsafe-inline"));
}

TEST_CASE("nothing that a query says becomes markup", "[pages]") {
  std::string frame;
  frame_page().render(hostile_look(), 3, frame);
  CHECK_FALSE(contains(frame, "<script>alert"));
  CHECK_FALSE(contains(frame, "<b>\""));
  CHECK_FALSE(contains(frame, "\" onclick=\""));
  std::string drawing;
  button_svg().render(hostile_look(), 3, drawing);
  CHECK_FALSE(contains(drawing, "<script"));
  CHECK(contains(drawing, "&lt;b&gt;&quot;&#39;&amp;"));
}

TEST_CASE("the drawing is as wide as its text", "[pages]") {
  CHECK(text_width("") == 0);
  CHECK(text_width("00") == 1272);
  CHECK(text_width("共有") == 2000);
  CHECK(text_width("é") == 620);
  std::string narrow;
  std::string wide;
  button_svg().render({}, 1, narrow);
  button_svg().render({}, 123'456, wide);
  const auto width = [](const std::string& svg) { return std::stod(svg.substr(svg.find("width=\"") + 7)); };
  CHECK(width(wide) > width(narrow));
}

TEST_CASE("a long label is cut between characters", "[pages]") {
  std::string label;
  while (label.size() < 200) label += "共";
  const auto cut = shortened_label(label);
  CHECK(cut.size() <= 60);
  CHECK(cut.size() % 3 == 0);
  CHECK(shortened_label("") == "Share");
}
