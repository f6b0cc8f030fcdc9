#include "common/query.hpp"

#include "common/url_key.hpp"
#include "tests/unit/allocation_count.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buttond {
namespace {

using pairs = std::vector<std::pair<std::string, std::string>>;

pairs read(std::string_view query) {
  std::string scratch(query.size(), '\0');
  query_reader reader(query, scratch);
  pairs all;
  query_parameter each;
  while (reader.next(each)) all.emplace_back(each.name, each.value);
  return all;
}

std::string key_of_url(std::string_view query) {
  for (const auto& [name, value] : read(query)) {
    key_buffer buffer;
    if (name == "url") return std::string(make_key(value, {}, buffer).value());
  }
  return "no url";
}

}  // namespace

TEST_CASE("Parameters come in their order, repeated ones too", "[query]") {
  CHECK(read("text=a&url=b&text=c&other=d") ==
        pairs{{"text", "a"}, {"url", "b"}, {"text", "c"}, {"other", "d"}});
}

TEST_CASE("Names and values are decoded once, plus as a space", "[query]") {
  CHECK(read("te%78t=a+b%20c%2Bd%2526&v%69a+x=%C3%BC") ==
        pairs{{"text", "a b c+d%26"}, {"via x", "\xC3\xBC"}});
}

TEST_CASE("Empty pieces are passed over, empty values are not", "[query]") {
  CHECK(read("").empty());
  CHECK(read("&&&").empty());
  CHECK(read("&&text&&via=&") == pairs{{"text", ""}, {"via", ""}});
  CHECK(read("=x") == pairs{{"", "x"}});
  CHECK(read("a=b=c") == pairs{{"a", "b=c"}});
}

TEST_CASE("A percent sign that encodes nothing is itself", "[query]") {
  CHECK(read("text=100%&via=%zz%4&%=%a") == pairs{{"text", "100%"}, {"via", "%zz%4"}, {"%", "%a"}});
}

TEST_CASE("An encoded NUL arrives as a NUL", "[query]") {
  CHECK(read("text=a%00b") == pairs{{"text", std::string("a\0b", 3)}});
}

TEST_CASE("A raw URL is not decoded", "[query]") {
  CHECK(read("url=http://a.example/x+y%20z?q=1") == pairs{{"url", "http://a.example/x+y%20z?q=1"}});
  CHECK(read("url=HTTPS://a.example/%41") == pairs{{"url", "HTTPS://a.example/%41"}});
}

TEST_CASE("A raw URL keeps its own parameters up to the route's next", "[query]") {
  CHECK(read("url=http://a.example/?p=1&q=2&text=hello+you&via=me") ==
        pairs{{"url", "http://a.example/?p=1&q=2"}, {"text", "hello you"}, {"via", "me"}});
  CHECK(read("url=http://a.example/?p=1&&q&=3&&url=https://b.example/?x=1&y=2&") ==
        pairs{{"url", "http://a.example/?p=1&&q&=3&"}, {"url", "https://b.example/?x=1&y=2&"}});
}

TEST_CASE("Of what follows a raw link with a query, five names are not the link's", "[query]") {
  CHECK(read("url=https://a.example/p?color=red&id=5&size=9&label=x&title=t&source=s&t=1&_=2") ==
        pairs{{"url", "https://a.example/p?color=red&id=5&size=9&label=x&title=t&source=s&t=1&_=2"}});
  for (const char* name : {"text", "via", "count", "picture", "callback"}) {
    const std::string query = "url=https://a.example/p?color=red&id=5&" + std::string(name) + "=x&size=large";
    CHECK(read(query) ==
          pairs{{"url", "https://a.example/p?color=red&id=5"}, {name, "x"}, {"size", "large"}});
  }
  CHECK(read("url=https://a.example/?a&#038;lang=de&amp;text=b") ==
        pairs{{"url", "https://a.example/?a&#038;lang=de&amp;text=b"}});
}

TEST_CASE("A url behind a raw link is the next link where it can be one, else the link's", "[query]") {
  for (const char* next :
       {"https://b.example/", "HTTP://b.example/", "https%3A%2F%2Fb.example%2F", "http%3a//b"})
    CHECK(read("url=https://a.example/?p=1&url=" + std::string(next)).size() == 2);
  CHECK(read("url=https://a.example/?p=1&url=post&b=2&url") ==
        pairs{{"url", "https://a.example/?p=1&url=post&b=2&url"}});
}

TEST_CASE("A raw link without a query ends at any name that a route knows", "[query]") {
  for (const char* name : {"text", "url", "id", "size", "label", "title", "placement", "server", "t", "_"})
    CHECK(read("url=https://a.example/p&" + std::string(name) + "=x") ==
          pairs{{"url", "https://a.example/p"}, {name, "x"}});
  CHECK(read("url=https://a.example/p&color=red&id=5") ==
        pairs{{"url", "https://a.example/p&color=red"}, {"id", "5"}});
  CHECK(read("url=https://a.example/p&color=a?b&id=5") ==
        pairs{{"url", "https://a.example/p&color=a?b&id=5"}});
}

TEST_CASE("The route's next parameter may be percent-encoded itself", "[query]") {
  CHECK(read("url=http://a.example/?p=1&%74ext=x") == pairs{{"url", "http://a.example/?p=1"}, {"text", "x"}});
}

TEST_CASE("An encoded URL ends at its ampersand", "[query]") {
  CHECK(read("url=http%3A%2F%2Fa.example%2F%3Fp%3D1%26q%3D2&r=3") ==
        pairs{{"url", "http://a.example/?p=1&q=2"}, {"r", "3"}});
}

TEST_CASE("Only a literal scheme makes a value raw", "[query]") {
  CHECK(read("url=ftp://a.example/%41&b=1") == pairs{{"url", "ftp://a.example/A"}, {"b", "1"}});
  CHECK(read("url=http:%2F%2Fa.example/%41&b=1") == pairs{{"url", "http://a.example/A"}, {"b", "1"}});
  CHECK(read("url=+http://a.example/&b=1") == pairs{{"url", " http://a.example/"}, {"b", "1"}});
}

TEST_CASE("A raw and an encoded spelling of a link have one key", "[query]") {
  const std::string key = "a.example/x+y%20z?p=a+b&q=%26%25";
  CHECK(key_of_url("url=http://a.example/x+y%20z?p=a+b&q=%26%25&text=t") == key);
  CHECK(key_of_url("text=t&url=http%3A%2F%2Fa.example%2Fx%2By%2520z%3Fp%3Da%2Bb%26q%3D%2526%2525") == key);
  CHECK(key_of_url("url=a.example/x%2By%2520z?p=a%2Bb%26q=%2526%2525") == key);
}

TEST_CASE("Reading a query allocates nothing", "[query]") {
  constexpr std::string_view query = "url=http%3A%2F%2Fa.example%2F&url=https://b.example/?a=1&b=2&text=c+d";
  std::array<char, query.size()> scratch;
  const std::size_t before = allocations();
  query_reader reader(query, scratch);
  query_parameter each;
  std::size_t count = 0;
  while (reader.next(each)) ++count;
  const std::size_t after = allocations();
  CHECK(count == 3);
  CHECK(after == before);
}

TEST_CASE("The allocation counter sees what this thread allocates", "[allocation_count]") {
  const std::size_t before = allocations();
  const std::string text(1000, 'x');
  const std::size_t after = allocations();
  CHECK(text.size() == 1000);
  CHECK(after == before + 1);
}

}  // namespace buttond
