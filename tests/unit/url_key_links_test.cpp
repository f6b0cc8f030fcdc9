// What becomes of links on their way, and of those that browsers read more kindly than the RFCs, case by
// case.

#include "common/link_text.hpp"
#include "common/url_key.hpp"
#include "tests/unit/url_key_cases.hpp"

#include <catch2/catch.hpp>

#include <string_view>

namespace buttond {

using namespace std::string_view_literals;

TEST_CASE("HTML's character references in a link are what they stand for", "[url_key]") {
  check({
      {"https://example.com/?page_id=12&#038;lang=de", "example.com?page_id=12&lang=de"},
      {"https://example.com/?page_id=12&#038;lang=fr", "example.com?page_id=12&lang=fr"},
      {"https://example.com/?page_id=12&amp;lang=de", "example.com?page_id=12&lang=de"},
      {"https://example.com/?a=1&#38;b=2&#x26;c=3&#X26;d=4&AMP;e=5&#0000038;f=6",
       "example.com?a=1&b=2&c=3&d=4&e=5&f=6"},
      {"https://example.com/?a=1&amp;amp;b=2&amp;#038;c=3&#38;#38;d=4&amp;amp;amp;e=5",
       "example.com?a=1&b=2&c=3&d=4&e=5"},
      {"https://example.com/?a=1&%23038;b=2&amp%3Bc=3&%61mp;d=4", "example.com?a=1&b=2&c=3&d=4"},
      {"https://example.com/?a=1&amp;utm_source=x&amp;fbclid=y", "example.com?a=1"},
      {"https://example.com/?a=1&amp;#top", "example.com?a=1"},
      {"https://example.com/?a=1&#038;b=2#top", "example.com?a=1&b=2"},
      {"https://example.com/ann&#039;s&#8217;&quot;&lt;&gt;&apos;", "example.com/ann's%E2%80%99%22%3C%3E'"},
      {"https://example.com/?id&#x3D;5&amp;b=&#x2F;", "example.com?id=5&b=/"},
      {"https&#x3a;&#x2f;&#x2f;example.com&#x2f;a&#x3f;b&#x3d;c", "example.com/a?b=c"},
      {"https://example.com/r&amp;d", "example.com/r&d"},
      {"https://b&#252;cher.example/", "xn--bcher-kva.example"},
      {"https://example.com/&#x1F600;", "example.com/%F0%9F%98%80"},
  });
}

TEST_CASE("What only looks like a character reference is left alone", "[url_key]") {
  check({
      {"https://example.com/?a=1&#comments", "example.com?a=1"},
      {"https://example.com/?a=1&#38", "example.com?a=1"},
      {"https://example.com/?a=1&#;b", "example.com?a=1"},
      {"https://example.com/?a=1&#x;b", "example.com?a=1"},
      {"https://example.com/?a=1&#xg;b", "example.com?a=1"},
      {"https://example.com/?a=1&amp=2&lt=3", "example.com?a=1&amp=2&lt=3"},
      {"https://example.com/?a=1&ample;b&copy;c", "example.com?a=1&ample;b&copy;c"},
      {"https://example.com/?a=1%26amp;b=2", "example.com?a=1%26amp;b=2"},
      // Letters, blanks, control characters and what is no character: no template writes them so, and of a
      // letter another reference could come.
      {"https://example.com/?a=&&#97;mp;b", "example.com?a="},
      {"https://example.com/?a=&#10;b", "example.com?a="},
      {"https://example.com/?a=&#32;b", "example.com?a="},
      {"https://example.com/?a=&#0;b", "example.com?a="},
      {"https://example.com/?a=&#xD800;b", "example.com?a="},
      {"https://example.com/?a=&#x110000;b", "example.com?a="},
      {"https://example.com/?a=&#99999999999999999999999999;b", "example.com?a="},
      {"https://example.com/?a=&#37;41", "example.com?a="},
  });
}

TEST_CASE("A fragment that begins with an exclamation mark is a page", "[url_key]") {
  check({
      {"https://example.com/#!/a", "example.com/#!/a"},
      {"https://example.com/#!/b", "example.com/#!/b"},
      {"https://example.com#!/a", "example.com/#!/a"},
      {"https://example.com/#!a", "example.com/#!a"},
      {"https://example.com/app/#!/a/", "example.com/app#!/a"},
      {"https://example.com/app#!/a", "example.com/app#!/a"},
      {"https://example.com/?x=1#!/a", "example.com?x=1#!/a"},
      {"https://example.com/?utm_source=x#!/a", "example.com/#!/a"},
      {"https://example.com?utm_source=x#!/a", "example.com/#!/a"},
      {"https://example.com/#!/a?b=1&#038;c=/", "example.com/#!/a?b=1&c=/"},
      {"https://example.com:8080#!/a", "example.com:8080/#!/a"},
      {"https://www.example.com/#!/%7eann/\xC3\xA9 \"<>`", "example.com/#!/~ann/%C3%A9%20%22%3C%3E%60"},
      {"https://example.com/#!/a#b", "example.com/#!/a%23b"},
      {"https://example.com/#!", "example.com"},
      {"https://example.com/#!/", "example.com"},
      {"https://example.com/#!//", "example.com"},
      {"https://example.com/#/a", "example.com"},
      {"https://example.com/#a!", "example.com"},
      {"https://example.com/#?!", "example.com"},
      {"https://#!/a", errc::url_no_host},
  });
  CHECK(site_of("example.com/#!/a") == "example.com");
}

TEST_CASE("A link that was encoded once more is that link", "[url_key]") {
  check({
      {"https%3A%2F%2Fexample.com%2Fa%3Fb%3D1%26c%3D2", "example.com/a?b=1&c=2"},
      {"HTTP%3a%2f%2fexample.com%2fa", "example.com/a"},
      {"https%3A//example.com/a", "example.com/a"},
      {" https%253A%252F%252Fexample.com%252Fa%252520b ", "example.com/a%20b"},
      {"https%25253A%25252F%25252Fexample.com%25252Fa", "example.com/a"},
      {"https%3A%2F%2Fexample.com%2F%3Fq%3Da+b%2Bc%252Bd", "example.com?q=a+b+c%2Bd"},
      {"https%3A%2F%2Fexample.com%2F%3Fa%3D1%26amp%3Bb%3D2", "example.com?a=1&b=2"},
      {"https%3A%2F%2Fexample.com%2Fa%0A", "example.com/a"},
      {"https%3A%2F%2Fexample.com%2F%23!%2Fa", "example.com/#!/a"},
      {"http%3A%2F%2F127.0.0.1%2F", errc::url_private_host},
      {"http%3A%2F%2Fann%3Asecret%40example.com%2F", errc::url_credentials},
      {"ftp%3A%2F%2Fexample.com%2F", errc::url_bad_host},
      {"https%2525252525253A%2F%2Fexample.com", errc::url_bad_host},  // seven times: nobody means that
      {"https://example.com/?u=https%253A%252F%252Fexample.org",
       "example.com?u=https%253A%252F%252Fexample.org"},
  });
}

TEST_CASE("Tabs and line ends in a link are no part of it", "[url_key]") {
  check({
      {"https://exam\tple.com/a\r\nb?c=\td", "example.com/ab?c=d"},
      {"ht\ntps:/\n/example.com/a", "example.com/a"},
      {"\x1F\x01 https://example.com/a \x02", "example.com/a"},
      {"https://example.com/a&am\np;b", "example.com/a&b"},
      {"\t\r\n", errc::url_empty},
      {"http://local\nhost/", errc::url_private_host},
  });
}

TEST_CASE("Slashes after the scheme may be any number, of either kind", "[url_key]") {
  check({
      {"https:/example.com/a", "example.com/a"},
      {"https:example.com/a", "example.com/a"},
      {"https:\\\\example.com\\a", "example.com/a"},
      {"https:\\/example.com/a", "example.com/a"},
      {"https://///example.com//a", "example.com//a"},
      {"HTTPS:/\\example.com", "example.com"},
      {"\\\\example.com/a", "example.com/a"},
      {"///example.com/a", "example.com/a"},
      {"https:?a", errc::url_no_host},
      {"https:/#a", errc::url_no_host},
      {"https:\\\\localhost\\", errc::url_private_host},
      {"https:8080", errc::url_private_host},  // a key: the port of a host called "https"
      {"javascript:/example.com", errc::url_scheme},
  });
}

TEST_CASE("Credentials that are empty are none", "[url_key]") {
  check({
      {"https://@example.com/a", "example.com/a"},
      {"https://:@example.com/a", "example.com/a"},
      {"https://@example.com:8080/a", "example.com:8080/a"},
      {"https://@www.example.com#!/@", "example.com/#!/@"},
      {"https://@127.1/", errc::url_private_host},
      {"https://@/a", errc::url_no_host},
      {"https://@@example.com/", errc::url_credentials},
      {"https://:a@example.com/", errc::url_credentials},
      {"https://a:@example.com/", errc::url_credentials},
  });
}

TEST_CASE("A blank in a query has one spelling", "[url_key]") {
  check({
      {"https://example.com/?q=a+b", "example.com?q=a+b"},
      {"https://example.com/?q=a%20b", "example.com?q=a+b"},
      {"https://example.com/?q=a b", "example.com?q=a+b"},
      {"https://example.com/?q=a%2Bb", "example.com?q=a%2Bb"},
      {"https://example.com/?a%20b=c", "example.com?a+b=c"},
      {"https://example.com/a+b", "example.com/a+b"},
      {"https://example.com/a%20b", "example.com/a%20b"},
      {"https://example.com/#!/a%20b", "example.com/#!/a%20b"},
  });
}

// Of the URL standard's own tests we take all that stand for themselves, but for these kinds.
TEST_CASE("What browsers take, and we refuse", "[url_key]") {
  check({
      // Who shares a link must not give away a password, and the page behind it is not for everyone.
      {"https://ann:secret@example.com/", errc::url_credentials},
      {"https://ann@example.com/", errc::url_credentials},
      {"https://@ann@example.com/", errc::url_credentials},
      // Nobody else has the page (--allow-private-hosts takes them).
      {"http://host/", errc::url_private_host},
      {"http://192.168.257/", errc::url_private_host},
      // DNS has no such name: an empty label, one of more than 63 bytes, another character than letters,
      // digits, '-' and '_'.
      {"http://./", errc::url_bad_host},
      {"http://example..com/", errc::url_bad_host},
      {"http://foo.09../", errc::url_bad_host},
      {"http://a1234567890123456789012345678901234567890123456789012345678901234.com/", errc::url_bad_host},
      {"http://!\"$&'()*+,-.;=_`{}~/", errc::url_bad_host},
  });
}

TEST_CASE("A link is shared with its scheme, and mended", "[url_key]") {
  const auto shared = [](std::string_view url) { return whole_link(url); };
  CHECK(shared("https://example.com/?a=b&c=d#e") == "https://example.com/?a=b&c=d#e");
  CHECK(shared("HTTP://Example.com/") == "http://Example.com/");
  CHECK(shared("example.com/a") == "https://example.com/a");
  CHECK(shared("example.com:8080/a") == "https://example.com:8080/a");
  CHECK(shared("//example.com/a") == "https://example.com/a");
  CHECK(shared("https:/example.com/a") == "https://example.com/a");
  CHECK(shared("http:\\\\example.com\\a?b\\c#d\\e") == "http://example.com/a?b\\c#d\\e");
  CHECK(shared("https://@example.com/") == "https://example.com/");
  CHECK(shared(" https://example.com/?a=1&#038;b=2\n") == "https://example.com/?a=1&b=2");
  CHECK(shared("https%253A%252F%252Fexample.com%252Fa") == "https://example.com/a");
}

}  // namespace buttond
