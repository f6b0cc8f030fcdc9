// Which schemes, hosts and ports a URL may have, and how a key spells them, case by case.

#include "common/url_key.hpp"
#include "tests/unit/url_key_cases.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace buttond {

TEST_CASE("Schemes", "[url_key]") {
  check({
      {"http://example.com/a", "example.com/a"},
      {"https://example.com/a", "example.com/a"},
      {"HTTPS://EXAMPLE.COM/A", "example.com/A"},
      {"hTtP://example.com", "example.com"},
      {"//example.com/a", "example.com/a"},
      {"example.com/a", "example.com/a"},
      {"example.com", "example.com"},
      {"www.example.com/a", "example.com/a"},
      {"ftp://example.com/a", errc::url_scheme},
      {"mailto:ann@example.com", errc::url_scheme},
      {"javascript:alert(1)", errc::url_scheme},
      {"JavaScript://example.com/%0aalert(1)", errc::url_scheme},
      {"data:text/html,<p>", errc::url_scheme},
      {"file:///etc/passwd", errc::url_scheme},
      {"about:blank", errc::url_scheme},
      {"chrome://settings", errc::url_scheme},
      {"chrome-extension://abc/a.html", errc::url_scheme},
      {"view-source:https://example.com/", errc::url_scheme},
      {"android-app://com.example/https/example.com", errc::url_scheme},
      {"blob:https://example.com/0", errc::url_scheme},
      {"ws://example.com/", errc::url_scheme},
      {"httpx://example.com/", errc::url_scheme},
      {"http+unix://example.com/", errc::url_scheme},
      {"C:\\Users\\ann", errc::url_scheme},
      {"urn:isbn:0451450523", errc::url_scheme},
      {"magnet:?xt=urn:btih:0", errc::url_scheme},
      {"http:", errc::url_no_host},
      {"http:/", errc::url_no_host},
      {"https:example.com", "example.com"},
      {"http://", errc::url_no_host},
      {"http:///", errc::url_no_host},
      {"http:///example.com", "example.com"},
      {"http://?a", errc::url_no_host},
      {"http://#a", errc::url_no_host},
      {"//", errc::url_no_host},
      {"/a/b", errc::url_no_host},
      {"/", errc::url_no_host},
      {"?a=b", errc::url_no_host},
      {"#top", errc::url_no_host},
      {"", errc::url_empty},
      {"   ", errc::url_empty},
      {"http://http://example.com/", errc::url_private_host},  // to a browser, a host called "http"
      {"://example.com/", errc::url_no_host},
  });
}

TEST_CASE("A host that no name can be is refused before IDNA sees it", "[url_key]") {
  std::string host;
  for (int character = 0; character < 600; ++character) host += "\xC3\xA9";
  key_buffer buffer;
  CHECK(make_key("http://" + host + ".com/", {}, buffer).error() == errc::url_bad_host);
}

TEST_CASE("Hosts", "[url_key]") {
  check({
      {"http://Example.COM/", "example.com"},
      {"http://example.com./a", "example.com/a"},
      {"http://www.example.com./a", "example.com/a"},
      {"http://www.com/a", "www.com/a"},
      {"http://www.www.com/a", "www.com/a"},
      {"http://www.www.example.com/a", "example.com/a"},
      {"http://WWW.example.com/a", "example.com/a"},
      {"http://www2.example.com/a", "www2.example.com/a"},
      {"http://wwwexample.com/a", "wwwexample.com/a"},
      {"http://a.www.example.com/a", "a.www.example.com/a"},
      {"http://my_site.example.com/", "my_site.example.com"},
      {"http://_dmarc.example.com/", "_dmarc.example.com"},
      {"http://a--b.example.com/", "a--b.example.com"},
      {"http://3com.com/", "3com.com"},
      {"http://1.2.3.com/", "1.2.3.com"},
      {"http://ex%61mple.com/", "example.com"},
      {"http://EX%41MPLE.com:8080/", "example.com:8080"},
      {"http://example.com\\a\\b", "example.com/a/b"},
      {"http://.example.com/", errc::url_bad_host},
      {"http://example..com/", errc::url_bad_host},
      {"http://example.com../", errc::url_bad_host},
      {"http://./", errc::url_bad_host},
      {"http://exa mple.com/", errc::url_bad_host},
      {"http://exa%20mple.com/", errc::url_bad_host},
      {"http://exa%00mple.com/", errc::url_bad_host},
      {"http://example.com%2fa/", errc::url_bad_host},
      {"http://example.com%3a80/", errc::url_bad_host},
      {"http://ann%40example.com/", errc::url_bad_host},
      {"http://example%/", errc::url_bad_host},
      {"http://exa$mple.com/", errc::url_bad_host},
      {"http://exa*mple.com/", errc::url_bad_host},
      {"http://<script>.example.com/", errc::url_bad_host},
      {"http://{{host}}/a", errc::url_bad_host},
      {"http://\"example.com\"/", errc::url_bad_host},
      {"hello world", errc::url_bad_host},
      {"http://[example.com]/", errc::url_bad_host},
  });
}

TEST_CASE("Label and host lengths are those of DNS", "[url_key]") {
  const std::string label(63, 'a');
  const std::string longest = label + '.' + label + '.' + label + '.' + std::string(57, 'b') + ".com";
  REQUIRE(longest.size() == 253);
  check({
      {"http://" + label + ".com/", label + ".com"},
      {"http://" + label + "a.com/", errc::url_bad_host},
      {"http://" + longest + "/", longest},
      {"http://" + longest + "./", longest},
      {"http://a" + longest + "/", errc::url_bad_host},
  });
}

TEST_CASE("Ports", "[url_key]") {
  check({
      {"http://example.com:80/a", "example.com/a"},
      {"https://example.com:443/a", "example.com/a"},
      {"http://example.com:443/a", "example.com/a"},  // an application behind a TLS proxy says so
      {"https://example.com:80/a", "example.com/a"},
      {"http://example.com:8080/a", "example.com:8080/a"},
      {"https://example.com:8443/a", "example.com:8443/a"},
      {"http://example.com:/a", "example.com/a"},
      {"http://example.com:0080/a", "example.com/a"},
      {"http://example.com:08080/a", "example.com:8080/a"},
      {"http://example.com:65535/", "example.com:65535"},
      {"http://example.com:0/", "example.com:0"},
      {"http://example.com:8080", "example.com:8080"},
      {"http://example.com:8080?a", "example.com:8080?a"},
      {"http://example.com:8080#a", "example.com:8080"},
      {"example.com:8080/a", "example.com:8080/a"},
      {"example.com:80/a", "example.com/a"},
      {"1.2.3.4:8080", "1.2.3.4:8080"},
      {"http://example.com:65536/", errc::url_bad_host},
      {"http://example.com:99999999999999999999/", errc::url_bad_host},
      {"http://example.com:-1/", errc::url_bad_host},
      {"http://example.com:80a/", errc::url_bad_host},
      {"http://example.com:8 0/", errc::url_bad_host},
      {"http://example.com:80:80/", errc::url_bad_host},
      {"http://:80/", errc::url_no_host},
      {"example.com:a", errc::url_scheme},
      {"example.com:/a", errc::url_scheme},
  });
}

TEST_CASE("International names", "[url_key]") {
  check({
      {"http://bücher.example/", "xn--bcher-kva.example"},
      {"http://BÜCHER.example/", "xn--bcher-kva.example"},
      {"http://bu\u0308cher.example/", "xn--bcher-kva.example"},
      {"http://b%C3%BCcher.example/", "xn--bcher-kva.example"},
      {"http://xn--bcher-kva.example/", "xn--bcher-kva.example"},
      {"http://XN--BCHER-KVA.example/", "xn--bcher-kva.example"},
      {"http://www.bücher.example/", "xn--bcher-kva.example"},
      {"http://bücher.example:8080/ä", "xn--bcher-kva.example:8080/%C3%A4"},
      {"bücher.example/a", "xn--bcher-kva.example/a"},
      {"bücher.example:8080/a", "xn--bcher-kva.example:8080/a"},
      {"http://faß.example/", "xn--fa-hia.example"},
      {"http://faẞ.example/", "xn--fa-hia.example"},
      {"https://ẞ.com/", "xn--zca.com"},
      {"https://ß.com/", "xn--zca.com"},
      {"https://ss.com/", "ss.com"},
      {"https://💩.la/", "xn--ls8h.la"},
      {"https://xn--ls8h.la/", "xn--ls8h.la"},
      {"https://%F0%9F%92%A9.la/", "xn--ls8h.la"},
      {"https://i❤.ws/", "xn--i-7iq.ws"},
      {"https://i❤\uFE0F.ws/", "xn--i-7iq.ws"},
      {"https://straße😀.example/", "xn--strae-oqa83190g.example"},
      {"https://a-.☃-.example/", "a-.xn----0xp.example"},
      {"https://σας.example/", "xn--mxa8ab.example"},
      {"http://пример.рф/путь?ключ=да",
       "xn--e1afmkfd.xn--p1ai/%D0%BF%D1%83%D1%82%D1%8C?%D0%BA%D0%BB%D1%8E%D1%87=%D0%B4%D0%B0"},
      {"http://例え。テスト/", "xn--r8jz45g.xn--zckzah"},
      {"http://例え.テスト./", "xn--r8jz45g.xn--zckzah"},
      {"http://ｅｘａｍｐｌｅ.com/", "example.com"},
      {"http://ｗｗｗ.example.com/", "example.com"},
      {"http://مثال.إختبار/", "xn--mgbh0fb.xn--kgbechtv"},
      {"http://exam\u00ADple.com/", "example.com"},
      {"http://example.com／a/", errc::url_bad_host},
      {"http://exa\xFFmple.com/", errc::url_bad_host},
      {"http://%FF.example/", errc::url_bad_host},
      {"http://☃\u200D.example/", errc::url_bad_host},
      {"http://１２７.0.0.1/", errc::url_private_host},
      {"http://127。0。0。1/", errc::url_private_host},
      {"http://①②⑦.⓪.0.1/", errc::url_private_host},
      {"http://０ｘ７ｆ．１/", errc::url_private_host},
      {"http://%EF%BC%91%EF%BC%90.0.0.1/", errc::url_private_host},
      {"http://a.ｌｏｃａｌ/", errc::url_private_host},
      {"http://lo\u00ADcalhost/", errc::url_private_host},
      {"http://[：：1]/", errc::url_bad_host},
      {"http://ｌocalhost/", errc::url_private_host},
  });
}

TEST_CASE("IP addresses have one spelling", "[url_key]") {
  check({
      {"http://8.8.8.8/a", "8.8.8.8/a"},
      {"http://8.8.8.8./a", "8.8.8.8/a"},
      {"http://134744072/a", "8.8.8.8/a"},
      {"http://0x08080808/a", "8.8.8.8/a"},
      {"http://0X8.010.8.8/a", "8.8.8.8/a"},
      {"http://8.8.2056/a", "8.8.8.8/a"},
      {"http://8.0x.8.8/a", "8.0.8.8/a"},
      {"http://0x0x.8/a", errc::url_bad_host},
      {"http://8.8.8.0x./a", "8.8.8.0/a"},
      {"http://8.526344:8080/a", "8.8.8.8:8080/a"},
      {"http://8%2E8%2e8.8/a", "8.8.8.8/a"},
      {"http://８.8.8.8/a", "8.8.8.8/a"},
      {"http://256.1.1.1/", errc::url_bad_host},
      {"http://1.2.3.4.5/", errc::url_bad_host},
      {"http://08.8.8.8/", errc::url_bad_host},
      {"http://8.8.8.0x100/", errc::url_bad_host},
      {"http://4294967296/", errc::url_bad_host},
      {"http://example.1/", errc::url_bad_host},
      {"http://www.8.8.8.8/", errc::url_bad_host},
      {"http://[2001:db8::1]/a", "[2001:db8::1]/a"},
      {"http://[2001:DB8:0:0:0:0:0:1]/a", "[2001:db8::1]/a"},
      {"http://[2001:0db8:0000::0001]:443/a", "[2001:db8::1]/a"},
      {"http://[2001:db8::1]:8080/a", "[2001:db8::1]:8080/a"},
      {"http://[2001:db8:0:1:1:1:1:1]/", "[2001:db8:0:1:1:1:1:1]"},
      {"http://[2001:0:0:1:0:0:0:1]/", "[2001:0:0:1::1]"},
      {"http://[::ffff:8.8.8.8]/", "[::ffff:8.8.8.8]"},
      {"http://[::ffff:808:808]/", "[::ffff:8.8.8.8]"},
      {"[2001:db8::1]/a", "[2001:db8::1]/a"},
      {"[2001:DB8::1]:8080", "[2001:db8::1]:8080"},
      {"http://[2001:db8::1/", errc::url_bad_host},
      {"http://[2001:db8::1]a/", errc::url_bad_host},
      {"http://[2001:db8::1::2]/", errc::url_bad_host},
      {"http://[fe80::1%25eth0]/", errc::url_bad_host},
      {"http://[v1.a]/", errc::url_bad_host},
      {"http://[]/", errc::url_bad_host},
      {"http://2001:db8::1/", errc::url_bad_host},
  });
}

TEST_CASE("Private and loopback hosts are refused in every spelling", "[url_key]") {
  check({
      {"http://localhost/", errc::url_private_host},
      {"http://LOCALHOST.:3000/", errc::url_private_host},
      {"http://www.localhost/", errc::url_private_host},
      {"localhost:8080", errc::url_private_host},
      {"http://app.localhost/", errc::url_private_host},
      {"http://printer.local/", errc::url_private_host},
      {"http://metadata.google.internal/", errc::url_private_host},
      {"http://router.home.arpa/", errc::url_private_host},
      {"http://intranet/wiki", errc::url_private_host},
      {"http://com/", errc::url_private_host},
      {"http://10.0.0.1/", errc::url_private_host},
      {"http://172.16.0.1/", errc::url_private_host},
      {"http://172.31.255.255/", errc::url_private_host},
      {"http://172.32.0.1/", "172.32.0.1"},
      {"http://192.168.1.1/", errc::url_private_host},
      {"http://127.0.0.1:8080/", errc::url_private_host},
      {"http://127.1/", errc::url_private_host},
      {"http://2130706433/", errc::url_private_host},
      {"http://0x7f.0.0.1/", errc::url_private_host},
      {"http://0177.0.0.01/", errc::url_private_host},
      {"http://017700000001/", errc::url_private_host},
      {"http://0/", errc::url_private_host},
      {"http://0x/", errc::url_private_host},
      {"http://0x7f.0x.0x.0x1/", errc::url_private_host},
      {"http://%30x7f.1/", errc::url_private_host},
      {"http://0X7F000001./", errc::url_private_host},
      {"http:2130706433", errc::url_private_host},  // to a browser 127.0.0.1, to us a host called "http"
      {"http:/2130706433", errc::url_private_host},
      {"http://@localhost/", errc::url_private_host},
      {"http:\\\\10.0.0.1\\", errc::url_private_host},
      {"http://0.0.0.0/", errc::url_private_host},
      {"http://169.254.169.254/latest/meta-data", errc::url_private_host},
      {"http://100.64.0.1/", errc::url_private_host},
      {"http://100.128.0.1/", "100.128.0.1"},
      {"http://[::1]/", errc::url_private_host},
      {"http://[::]/", errc::url_private_host},
      {"http://[0:0:0:0:0:0:0:1]:8080/", errc::url_private_host},
      {"http://[fc00::1]/", errc::url_private_host},
      {"http://[fd12:3456::1]/", errc::url_private_host},
      {"http://[fe80::1]/", errc::url_private_host},
      {"http://[::ffff:10.0.0.1]/", errc::url_private_host},
      {"http://[::ffff:7f00:1]/", errc::url_private_host},
      {"http://[::127.0.0.1]/", errc::url_private_host},
      {"http://localhost.example.com/", "localhost.example.com"},
      {"http://10.0.0.1.example.com/", "10.0.0.1.example.com"},
  });
}

TEST_CASE("Private hosts may be allowed", "[url_key]") {
  check(
      {
          {"http://localhost:3000/a/", "localhost:3000/a"},
          {"http://intranet/wiki/", "intranet/wiki"},
          {"http://http:8080/a", "http:8080/a"},
          {"http://https:80/a", "https/a"},
          {"http://127.1/a", "127.0.0.1/a"},
          {"http://[0:0::1]:3000/a", "[::1]:3000/a"},
          {"http://[::ffff:a00:1]/", "[::ffff:10.0.0.1]"},
          {"http://10.0.0.300/", errc::url_bad_host},
      },
      {.allow_private_hosts = true});
}

}  // namespace buttond
