#include "button/handlers/site_list.hpp"

#include "tests/unit/allocation_count.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <string>

using namespace buttond;
using buttond::testing::temporary_directory;

namespace {

constexpr const char* umlaut =
    "b\xC3\xBC"
    "cher.example";

class file_of_sites {
 public:
  explicit file_of_sites(const std::string& text) { std::ofstream(path()) << text; }
  std::filesystem::path path() const { return directory_.path() / "sites"; }

 private:
  temporary_directory directory_;
};

site_list list_of(const std::string& text) {
  const file_of_sites file(text);
  auto list = site_list::read({}, file.path());
  if (!list.has_value()) FAIL(list.error());
  return std::move(*list);
}

std::string mistake_in(const std::string& text) {
  const file_of_sites file(text);
  const auto list = site_list::read({}, file.path());
  return list.has_value() ? std::string() : list.error();
}

}  // namespace

TEST_CASE("Without a list all sites count", "[sites]") {
  CHECK(site_list().has_site_of("example.com/a"));
  CHECK(site_list::read({}, {})->has_site_of("example.com/a"));
}

TEST_CASE("With a list only its hosts and their subdomains count", "[sites]") {
  const auto list =
      site_list::read({"Example.com", "www.blog.example.org", umlaut, "shop.example:8443", "127.0.0.1"}, {});
  REQUIRE(list.has_value());
  for (const char* key :
       {"example.com", "a.example.com/x", "a.b.example.com", "example.com:8080", "blog.example.org?a",
        "xn--bcher-kva.example", "shop.example:8443", "de.shop.example:8443/a", "127.0.0.1:3000"}) {
    CAPTURE(key);
    CHECK(list->has_site_of(key));
  }
  for (const char* key : {"example.org", "notexample.com", "example.com.evil.test", "com", "shop.example",
                          "shop.example:84", "[::1]", "[::1]:80", "", "evil.test/example.com"}) {
    CAPTURE(key);
    CHECK_FALSE(list->has_site_of(key));
  }
}

TEST_CASE("What is not a host is a mistake", "[sites]") {
  for (const char* site : {"", "example.com/path", "two words", "https://user@example.com", "?"}) {
    CAPTURE(site);
    const auto list = site_list::read({site}, {});
    REQUIRE_FALSE(list.has_value());
    CHECK(list.error() == fmt::format("--site: \"{}\" is not a host; write one as in \"example.com\"", site));
  }
}

TEST_CASE("A file has a host a line, as editors of any system write it", "[sites]") {
  const site_list list = list_of(fmt::format(
      "\xEF\xBB\xBF# tenants\r\n\r\nExample.COM\r\n  www.example.org\t# ours\n\n{}\nshop.example:8443",
      umlaut));
  CHECK(list.size() == 4);
  for (const char* key :
       {"example.com", "blog.example.org/a", "xn--bcher-kva.example", "shop.example:8443"}) {
    CAPTURE(key);
    CHECK(list.has_site_of(key));
  }
  CHECK_FALSE(list.has_site_of("shop.example"));
  CHECK_FALSE(list.has_site_of("tenants"));
}

TEST_CASE("A file and hosts beside it are one list", "[sites]") {
  const file_of_sites file("example.com\n");
  const auto list = site_list::read({"example.org", "www.example.com"}, file.path());
  REQUIRE(list.has_value());
  CHECK(list->size() == 2);
  CHECK(list->has_site_of("example.com"));
  CHECK(list->has_site_of("example.org"));
  CHECK_FALSE(list->has_site_of("example.net"));
}

TEST_CASE("A mistake in a file is named with its line, and with what would do", "[sites]") {
  CHECK_THAT(mistake_in("a.example\n# b\nexample.com/path\nc d\n"),
             Catch::Matchers::EndsWith(
                 "sites:3: \"example.com/path\" is not a host; write one a line, as in \"example.com\""));
  CHECK_THAT(mistake_in("\x1b[2J\n"), Catch::Matchers::Contains("sites:1: \"\\x1b[2J\" is not a host"));
  CHECK(mistake_in(std::string(100'000, 'a')).size() < 500);
  for (const char* text : {"", "\xEF\xBB\xBF", "\n\r\n", "# none yet"}) {
    CAPTURE(text);
    CHECK_THAT(mistake_in(text), Catch::Matchers::Contains("names no host; write one a line"));
  }
}

TEST_CASE("What is no file, or cannot be read, is named", "[sites]") {
  const temporary_directory directory;
  for (const auto& path : {directory.path(), directory.path() / "none", std::filesystem::path("/dev/zero")}) {
    const auto list = site_list::read({"example.com"}, path);
    REQUIRE_FALSE(list.has_value());
    CHECK_THAT(list.error(), Catch::Matchers::Contains(path.string() + " cannot be read: "));
  }
}

TEST_CASE("A look into a list of 20,000 hosts allocates nothing", "[sites]") {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += fmt::format("a-rather-long-name-of-a-blog-{}.example.com\n", i);
  const site_list list = list_of(text);
  REQUIRE(list.size() == 20'000);
  const auto before = allocations();
  bool all = true;
  for (int i = 0; i < 1'000; ++i) {
    all = all && list.has_site_of("sub.a-rather-long-name-of-a-blog-19999.example.com:8443/post");
    all = all && !list.has_site_of("another-name-that-is-long-enough-for-the-heap.example.com/post");
  }
  CHECK(allocations() == before);
  CHECK(all);
}

TEST_CASE("Two lists say what one has and the other has not", "[sites]") {
  const site_list before = list_of("a.example\nb.example\nc.example\n");
  const site_list after = list_of("b.example\nd.example\n");
  CHECK(after.missing_in(before) == 1);
  CHECK(before.missing_in(after) == 2);
  CHECK(after.missing_in(after) == 0);
}

TEST_CASE("A blocked host does not count, nor do its subdomains, and all others do", "[sites]") {
  const auto list = site_list::read({}, {}, {"www.Blocked.example", "port.example:8080"});
  REQUIRE(list.has_value());
  for (const char* key :
       {"blocked.example/a", "a.b.blocked.example", "blocked.example:81?a", "port.example:8080/x"}) {
    CAPTURE(key);
    CHECK_FALSE(list->has_site_of(key));
  }
  for (const char* key : {"example.com/a", "notblocked.example", "blocked.example.org", "port.example/x"}) {
    CAPTURE(key);
    CHECK(list->has_site_of(key));
  }
  CHECK(list->size() == 0);
  CHECK(list->blocked() == 2);
}

TEST_CASE("A host is blocked whatever the list says of it, of what is above or below it", "[sites]") {
  const auto list =
      site_list::read({"example.com", "deep.bad.example"}, {}, {"spam.example.com", "bad.example"});
  REQUIRE(list.has_value());
  CHECK(list->has_site_of("example.com/a"));
  CHECK(list->has_site_of("blog.example.com/a"));
  CHECK_FALSE(list->has_site_of("spam.example.com/a"));
  CHECK_FALSE(list->has_site_of("very.spam.example.com/a"));
  CHECK_FALSE(list->has_site_of("deep.bad.example/a"));
  CHECK_FALSE(list->has_site_of("other.example/a"));
}

TEST_CASE("It is said whether a site is blocked, or not on the list", "[sites]") {
  const auto list = site_list::read({"example.com"}, {}, {"spam.example.com"});
  REQUIRE(list.has_value());
  CHECK(list->why_unlisted("spam.example.com/a") == "spam.example.com is blocked (--block)");
  CHECK(list->why_unlisted("other.example/a") ==
        "other.example is not on the server's site list (--site, --site-file)");
}

TEST_CASE("What is no host cannot be blocked", "[sites]") {
  const auto list = site_list::read({}, {}, {"example.com/path"});
  REQUIRE(list.has_error());
  CHECK(list.error() == "--block: \"example.com/path\" is not a host; write one as in \"example.com\"");
}
