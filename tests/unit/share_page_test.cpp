#include "button/handlers/pages/share_page.hpp"

#include "assets/languages.hpp"
#include "button/handlers/pages/leave_page.hpp"
#include "button/handlers/pages/places.hpp"
#include "button/handlers/pages/shown_link.hpp"
#include "button/handlers/pages/url_template.hpp"
#include "common/error.hpp"

#include <catch2/catch.hpp>

#include <cstddef>
#include <string>

using namespace buttond;

namespace {

const shared_page sample{.url = "https://example.com/a?b=c&d=\"><script>alert(1)</script>",
                         .text = "Grüße & <b>it's</b>",
                         .via = "someone",
                         .picture = "https://example.com/p.png",
                         .server = "mastodon.social"};

constexpr std::size_t english = 0;

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a template's names become percent-encoded values", "[pages]") {
  const url_template text("https://example.com/compose?u={url}&t={text}%20{via}&p={picture}#x");
  CHECK(text.expand({.url = "https://a.example/?x=1&y=2", .text = "a b", .via = "me"}) ==
        "https://example.com/compose?u=https%3A%2F%2Fa.example%2F%3Fx%3D1%26y%3D2&t=a%20b%20me&p=#x");
}

TEST_CASE("a server goes into an address as it is, with its port", "[pages]") {
  const share_page page({});
  CHECK(page.address("mastodon", {.url = "https://a.example/", .text = "a", .server = "b.example:8443"}) ==
        "https://b.example:8443/share?text=a%20https%3A%2F%2Fa.example%2F");
}

TEST_CASE("a template that would lose the link or cannot be read is refused at the start", "[pages]") {
  CHECK_THROWS_AS(url_template("https://example.com/"), startup_error);
  CHECK_THROWS_AS(url_template("https://example.com/?u={url}&x={unknown}"), startup_error);
  CHECK_THROWS_AS(url_template("https://example.com/?u={url"), startup_error);
  CHECK_THROWS_AS(url_template("https://example.com/?u={url}}"), startup_error);
  CHECK_THROWS_AS(parse_composer_url("ftp://example.com/?u={url}"), startup_error);
  CHECK_THROWS_AS(parse_composer_url("https://example.com/?u={url} "), startup_error);
  CHECK_THROWS_AS(parse_composer_url("https://{server}/?u={url}"), startup_error);
  CHECK_NOTHROW(parse_composer_url("https://example.com/?u={url}"));
}

TEST_CASE("what goes along with a page is cut to what an address has room for", "[pages]") {
  std::string words;
  SECTION("what has room stays as it is") {
    auto page = sample;
    CHECK(fit_into_address(page, words));
    CHECK(page.text == sample.text);
    CHECK(page.picture == sample.picture);
  }
  SECTION("words are cut between two characters, with a sign") {
    std::string text;
    for (int i = 0; i < 800; ++i) text += "\u4E2D";
    shared_page page{.url = "https://example.com/a", .text = text};
    CHECK(fit_into_address(page, words));
    CHECK(page.text.ends_with("\u4E2D\u2026"));
    CHECK(page.text.size() % 3 == 0);
    CHECK(page.text.size() > 900);
    CHECK(url_template("https://a.example/?u={url}&t={text}").expand(page).size() < 3'100);
  }
  SECTION("accounts, servers and pictures are left out as a whole") {
    const std::string long_one(4'000, 'x');
    shared_page page{.url = "https://example.com/a",
                     .text = "Words",
                     .via = long_one,
                     .picture = long_one,
                     .server = long_one};
    CHECK(fit_into_address(page, words));
    CHECK(page.via.empty());
    CHECK(page.picture.empty());
    CHECK(page.server.empty());
    CHECK(page.text == "Words");
  }
  SECTION("a URL is never cut") {
    const std::string url = "https://example.com/?" + std::string(1'500, '&');
    shared_page page{.url = url, .text = std::string_view{url}};
    CHECK_FALSE(fit_into_address(page, words));
    CHECK(page.url == url);
    CHECK(page.text.size() < 1'100);
  }
  SECTION("bytes that are no UTF-8") {
    const std::string text(5'000, '\x80');
    shared_page page{.url = "https://example.com/a", .text = text};
    CHECK(fit_into_address(page, words));
    CHECK(page.text.size() < 1'100);
  }
}

TEST_CASE("every place of the table is complete, and those on the web are reached by https or mail",
          "[pages]") {
  const share_page page({});
  for (const place& each : all_places()) {
    CAPTURE(each.id);
    CHECK_FALSE(each.name.empty());
    CHECK_FALSE(each.icon.empty());
    CHECK(each.colour.size() == 7);
    CHECK(each.colour.find_first_not_of("0123456789abcdef", 1) == std::string_view::npos);
    CHECK(page.find(each.id)->name == each.name);
    const auto address = page.address(each.id, sample);
    CHECK(address.has_value() == !each.address.empty());
    if (address) {
      CHECK((address->starts_with("https://") || address->starts_with("mailto:")));
      CHECK(contains(*address, "https%3A%2F%2Fexample.com%2Fa"));
      CHECK_FALSE(contains(*address, "<"));
    }
  }
}

TEST_CASE("places are chosen and ordered by configuration", "[pages]") {
  const auto chosen = choose_places({"email", "bluesky"});
  REQUIRE(chosen.size() == 2);
  CHECK(chosen[0].id == "email");
  CHECK(chosen[1].id == "bluesky");
  CHECK_THROWS_AS(choose_places({"myspace"}), startup_error);
  const share_page page({"copy"});
  CHECK(page.find("copy") != nullptr);
  CHECK(page.find("x") == nullptr);
  CHECK_FALSE(page.address("x", sample).has_value());
}

TEST_CASE("nothing that is shared becomes markup on the share page", "[pages]") {
  const share_page page({});
  for (const auto notice : {share_notice::none, share_notice::bad_url, share_notice::copy,
                            share_notice::bad_server, share_notice::no_url}) {
    std::string out;
    page.render(english, sample, "example.com", "0123", notice, out);
    CHECK_FALSE(contains(out, "<script>alert"));
    CHECK_FALSE(contains(out, "<b>it"));
    CHECK(contains(out, "&lt;b&gt;it&#39;s&lt;/b&gt;"));
  }
}

TEST_CASE("each place is a plain link that carries the page's share id", "[pages]") {
  std::string out;
  share_page({}).render(english, sample, "example.com", "00112233445566778899aabbccddeeff",
                        share_notice::none, out);
  for (const std::string_view id : {"bluesky", "x", "linkedin", "facebook", "reddit", "hackernews",
                                    "whatsapp", "telegram", "email", "copy", "system"}) {
    CAPTURE(id);
    CHECK(contains(
        out, "href=\"/add/to?place=" + std::string(id) + "&amp;id=00112233445566778899aabbccddeeff&amp;"));
  }
}

TEST_CASE("a link that cannot be shared gets no places", "[pages]") {
  std::string out;
  share_page({}).render(english, {.url = "javascript:alert(1)"}, {}, "0", share_notice::bad_url, out);
  CHECK_FALSE(contains(out, "/add/to"));
  CHECK(contains(out, "cannot be shared"));
}

TEST_CASE("an error stands at its field, and nowhere else", "[pages]") {
  const share_page page({});
  const auto rendered = [&](share_notice notice) {
    std::string out;
    page.render(english, sample, "example.com", "0", notice, out);
    return out;
  };
  const std::string empty_url = "<p class=\"error\" id=\"url-error\"></p>";
  const std::string empty_server = "<p class=\"error\" id=\"server-mastodon-error\"></p>";
  CHECK(contains(rendered(share_notice::no_url), "aria-invalid=\"false\" aria-describedby=\"url-error\""));
  CHECK(contains(rendered(share_notice::no_url), empty_url));
  for (const auto notice : {share_notice::bad_url, share_notice::long_url}) {
    CHECK(contains(rendered(notice), "aria-invalid=\"true\" aria-describedby=\"url-error\""));
    CHECK_FALSE(contains(rendered(notice), empty_url));
  }
  const std::string wrong_server = rendered(share_notice::bad_server);
  CHECK(contains(wrong_server, "aria-invalid=\"true\" aria-describedby=\"server-mastodon-error\" autofocus"));
  CHECK_FALSE(contains(wrong_server, empty_server));
  CHECK(contains(wrong_server, "<details open>"));
  CHECK(contains(rendered(share_notice::none), empty_server));
  CHECK_FALSE(contains(rendered(share_notice::none), "aria-invalid=\"true\""));
}

TEST_CASE("our pages are written in each language, in its direction", "[pages][languages]") {
  const share_page share({});
  const leave_page leave;
  for (std::size_t number = 0; number < languages().size(); ++number) {
    const language& spoken = languages()[number];
    CAPTURE(spoken.tag);
    const std::string head =
        "<html lang=\"" + std::string(spoken.tag) + "\" dir=\"" + std::string(spoken.direction) + "\">";
    std::string page;
    share.render(number, sample, "example.com", "0", share_notice::none, page);
    CHECK(contains(page, head));
    for (const std::string_view word :
         {"share_page", "link", "copy_link", "your_words", "share", "place_email"})
      CHECK(contains(page, ">" + std::string(word_of(spoken, word)) + "<"));
    CHECK_FALSE(contains(page, "{{"));
    CHECK(contains(std::string(share.fields(number)), language_fields(spoken)));
    page.clear();
    share.render(number, {.url = "x:"}, {}, "0", share_notice::bad_url, page);
    CHECK(contains(page, head));
    CHECK(contains(page, word_of(spoken, "bad_url")));
    page.clear();
    leave.render(number, sample, "Mastodon", "https://mastodon.social/share", page);
    CHECK(contains(page, head));
    CHECK(contains(page, word_of(spoken, "leaving")));
    CHECK(contains(page, "Mastodon"));
    CHECK_FALSE(contains(page, "{{"));
    CHECK(contains(std::string(leave.fields(number)), language_fields(spoken)));
  }
}

TEST_CASE("a link is shown whole, with its host as it really is", "[pages]") {
  const auto shown = [](std::string_view url, std::string_view site) {
    const shown_link link = show_link(url, site);
    return link.scheme + "|" + link.host + "|" + link.rest;
  };
  CHECK(shown("https://example.com/a?b=c#d", "example.com") == "https://|example.com|/a?b=c#d");
  CHECK(shown("HTTP://WWW.Example.com:8080", "example.com:8080") == "http://|www.example.com:8080|");
  CHECK(shown("https://www.com/", "www.com") == "https://|www.com|/");
  CHECK(shown("www.", "www") == "https://|www|");
  CHECK(shown("https://bank.example@evil.example/", "evil.example") == "https://|evil.example|/");
  CHECK(shown("https:/\\evil.example\\@bank.example", "evil.example") ==
        "https://|evil.example|\\@bank.example");
  CHECK(shown(" ht\ttps://exam\nple.com/ ", "example.com") == "https://|example.com|/");
  CHECK(shown("https://m\u0430stodon.social/", "xn--mstodon-2fg.social") ==
        "https://|xn--mstodon-2fg.social|/");
  CHECK(shown("https://ja.wikipedia.org/wiki/\u65E5\u672C", "ja.wikipedia.org") ==
        "https://|ja.wikipedia.org|/wiki/\u65E5\u672C");
}

TEST_CASE("nothing in a shown link is unseen, or turns it around", "[pages]") {
  const auto rest = [](std::string_view path) {
    return show_link("https://example.com/" + std::string(path), "example.com").rest;
  };
  CHECK(rest("a\u202Egnp.b") == "/a%E2%80%AEgnp.b");
  CHECK(rest("\u2066\u2069\u061C\u200F") == "/%E2%81%A6%E2%81%A9%D8%9C%E2%80%8F");
  CHECK(rest("a\u200Bb\u00ADc\uFEFFd") == "/a%E2%80%8Bb%C2%ADc%EF%BB%BFd");
  CHECK(rest("a b\u00A0c\u3000d") == "/a%20b%C2%A0c%E3%80%80d");
  CHECK(rest("\U000E0041\u3164") == "/%F3%A0%81%81%E3%85%A4");
  CHECK(rest("\xFF\xC3") == "/%FF%C3");
  CHECK(rest("\u05D0\u0628\U0001F389") == "/\u05D0\u0628\U0001F389");
}
