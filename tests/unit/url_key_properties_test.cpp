// What holds for every URL, shown on generated ones. The generators are seeded: a run is the same each time.

#include "common/link_text.hpp"
#include "common/url_key.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>

namespace buttond {
namespace {

using random_source = std::mt19937;

std::size_t below(random_source& random, std::size_t limit) {
  return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
}

bool one_in(random_source& random, std::size_t chances) {
  return below(random, chances) == 0;
}

template <std::size_t Size>
std::string_view any_of(random_source& random, const std::array<std::string_view, Size>& choices) {
  return choices[below(random, Size)];
}

std::string word(random_source& random) {
  constexpr std::string_view chars = "abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-._~";
  std::string text(1, chars[below(random, 26)]);  // a letter first, so that it is no dot segment
  for (std::size_t left = below(random, 8); left > 0; --left) text += chars[below(random, chars.size())];
  return text;
}

/// What may be joined to anything: most of it is no URL.
std::string soup(random_source& random) {
  constexpr auto pieces = std::to_array<std::string_view>({"http:",
                                                           "https:",
                                                           "HTTP:",
                                                           "mailto:",
                                                           "//",
                                                           "/",
                                                           "\\",
                                                           "?",
                                                           "#",
                                                           "&",
                                                           "=",
                                                           "@",
                                                           ":",
                                                           ":80",
                                                           ":8080",
                                                           ":443",
                                                           ":99999",
                                                           "[",
                                                           "]",
                                                           "[::1]",
                                                           "[2001:db8::1]",
                                                           "::",
                                                           "%",
                                                           "%2",
                                                           "%2e",
                                                           "%2F",
                                                           "%41",
                                                           "%c3%bc",
                                                           "%00",
                                                           "%ff",
                                                           "..",
                                                           ".",
                                                           "/../",
                                                           "/./",
                                                           "//",
                                                           "www.",
                                                           "www",
                                                           "example",
                                                           ".com",
                                                           ".co.uk",
                                                           "localhost",
                                                           "1.2.3.4",
                                                           "0x7f",
                                                           "127",
                                                           "b\xC3\xBC"
                                                           "cher",
                                                           "\xE3\x80\x82",
                                                           "\xC3",
                                                           "\xF0\x9F\x98\x80",
                                                           "xn--",
                                                           "utm_source=a",
                                                           "fbclid",
                                                           "UTM_x",
                                                           " ",
                                                           "+",
                                                           "'",
                                                           "\"",
                                                           "<",
                                                           "|",
                                                           "&amp;",
                                                           "&#038;",
                                                           "&#x26",
                                                           "&#97;",
                                                           "&",
                                                           "amp",
                                                           "%61mp",
                                                           ";",
                                                           "%3B",
                                                           "#38",
                                                           "%2338",
                                                           "#!",
                                                           "#!/a",
                                                           "https%3A",
                                                           "https%253A",
                                                           "%3A%2F%2F",
                                                           ":@",
                                                           "\t",
                                                           "\r\n",
                                                           "\xE1\xBA\x9E",
                                                           "\xEF\xBC\x8E"});
  std::string text;
  if (!one_in(random, 4)) text = one_in(random, 2) ? "http://" : "https://example.com";
  for (std::size_t left = below(random, 14); left > 0; --left)
    text += one_in(random, 12) ? std::string(1, static_cast<char>(below(random, 256)))
                               : std::string(any_of(random, pieces));
  return text;
}

/// A link, in parts that are canonical already.
struct link {
  std::string host;
  std::string path;   // empty, or of segments that begin with '/'
  std::string query;  // empty, or begins with '?'

  std::string key() const { return host + path + query; }
};

link any_link(random_source& random) {
  constexpr auto hosts =
      std::to_array<std::string_view>({"example.com", "blog.example.co.uk", "8.8.8.8",
                                       "xn--bcher-kva.example", "my_site.example", "[2001:db8::1]"});
  constexpr auto escapes = std::to_array<std::string_view>({"%20", "%C3%BC", "%2F", "%3F", "%25", "%26"});
  constexpr auto query_escapes = std::to_array<std::string_view>({"+", "%C3%BC", "%2F", "%2B", "%25", "%26"});
  link made;
  made.host = any_of(random, hosts);
  if (one_in(random, 8)) made.host += ":8080";
  for (std::size_t left = below(random, 5); left > 0; --left) {
    made.path += '/' + word(random);
    if (one_in(random, 4)) made.path += any_of(random, escapes);
  }
  for (std::size_t left = below(random, 4); left > 0; --left) {
    ((made.query += made.query.empty() ? '?' : '&') += 'q' + word(random)) += '=';
    made.query += word(random);
    if (one_in(random, 4)) made.query += any_of(random, query_escapes);
  }
  return made;
}

std::string swap_some_case(random_source& random, std::string text) {
  for (char& c : text)
    if (one_in(random, 2) && c >= 'a' && c <= 'z') c = static_cast<char>(c - ('a' - 'A'));
  return text;
}

/// Percent-encodes some unreserved characters, writes some escapes in lower case, and the blanks of a query
/// (only there is a '+' in a link) in both their ways.
std::string respell_percent(random_source& random, std::string_view text) {
  constexpr std::string_view upper = "0123456789ABCDEF";
  constexpr std::string_view lower = "0123456789abcdef";
  std::string spelled;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const std::string_view digits = one_in(random, 2) ? upper : lower;
    if (c == '%') {
      spelled += c;
      for (const std::size_t end = i + 2; i < end;) spelled += digits[upper.find(text[++i])];
    } else if (c == '+') {
      spelled += any_of(random, std::to_array<std::string_view>({"+", "%20"}));
    } else if (one_in(random, 5) && std::string_view("/?&=").find(c) == std::string_view::npos) {
      const auto byte = static_cast<unsigned char>(c);
      ((spelled += '%') += digits[byte / 16U]) += digits[byte % 16U];
    } else {
      spelled += c;
    }
  }
  return spelled;
}

std::string respell_host(random_source& random, std::string host) {
  const bool name = host.find_first_not_of("0123456789.:") != std::string::npos && host.front() != '[';
  const bool port = host.find(":8080") != std::string::npos;
  if (name && !port && one_in(random, 3)) host += '.';
  if (name && one_in(random, 2)) host = "www." + host;
  if (!port && one_in(random, 3)) host += one_in(random, 2) ? ":80" : ":443";
  return swap_some_case(random, std::move(host));
}

std::string respell_path(random_source& random, const std::string& path) {
  std::string spelled = respell_percent(random, path);
  if (one_in(random, 4)) spelled = "/x/.." + (spelled.empty() ? "/" : spelled);
  if (one_in(random, 4)) spelled = "/%2E" + (spelled.empty() ? "/" : spelled);
  if (one_in(random, 2)) spelled += '/';
  return spelled;
}

std::string respell_query(random_source& random, std::string_view query) {
  constexpr auto nothing =
      std::to_array<std::string_view>({"utm_source=feed", "fbclid=Iw%41R", "UTM_Medium", "", "_ga=1.2-3"});
  std::string spelled;
  constexpr auto ampersands =
      std::to_array<std::string_view>({"&", "&", "&", "&amp;", "&#038;", "&#38;", "&#x26;", "&amp;#038;"});
  const auto add = [&](std::string_view parameter) {
    (spelled += spelled.empty() ? "?" : any_of(random, ampersands)) += parameter;
  };
  if (one_in(random, 3)) add(any_of(random, nothing));
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    add(respell_percent(random,
                        query.substr(query.front() == '?' ? 1 : 0, query.front() == '?' ? end - 1 : end)));
    query.remove_prefix(std::min(end + 1, query.size()));
    if (one_in(random, 3)) add(any_of(random, nothing));
  }
  return spelled;
}

std::string respell(random_source& random, const link& original) {
  constexpr auto schemes =
      std::to_array<std::string_view>({"http://", "https://", "HTTP://", "//", "", "https:", "https:/",
                                       "http:\\\\", "https://@", "http://:@"});
  constexpr auto line_ends = std::to_array<std::string_view>({"\t", "\n", "\r\n", "\n\t"});
  constexpr auto fragments = std::to_array<std::string_view>({"", "#", "#top", "#?a=b&utm_source=c"});
  std::string url = std::string(any_of(random, schemes)) + respell_host(random, original.host) +
                    respell_path(random, original.path) + respell_query(random, original.query) +
                    std::string(any_of(random, fragments));
  if (one_in(random, 4)) url.insert(below(random, url.size()), any_of(random, line_ends));
  return url;
}

bool is_clean(std::string_view key) {
  const auto fragment = std::min(key.find("#!"), key.size());
  const auto may_be_in_a_key = [](char c) {
    return c > ' ' && c < 0x7f && std::string_view("\"<>\\^`{|}#").find(c) == std::string_view::npos;
  };
  return std::ranges::all_of(key.substr(0, fragment), may_be_in_a_key) &&
         std::ranges::all_of(key.substr(std::min(fragment + 1, key.size())), may_be_in_a_key);
}

constexpr key_rules both_rules[] = {{.allow_private_hosts = false}, {.allow_private_hosts = true}};

}  // namespace

TEST_CASE("The key of a key is itself, whatever it came from", "[url_key][property]") {
  random_source random(1);
  std::size_t keys = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string url = soup(random);
    for (const key_rules& rules : both_rules) {
      key_buffer buffer;
      key_buffer second;
      const auto key = make_key(url, rules, buffer);
      if (!key) continue;
      ++keys;
      const auto again = make_key(*key, rules, second);
      if (again && *again == *key) continue;
      INFO(url);
      CHECK(*key == (again ? std::string(*again) : again.error().message()));
    }
  }
  CHECK(keys > 5'000);
}

TEST_CASE("What is shared has the key that is counted", "[url_key][property]") {
  random_source random(5);
  std::size_t keys = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string url = soup(random);
    key_buffer buffer;
    key_buffer second;
    const auto key = make_key(url, {}, buffer);
    if (!key) continue;
    ++keys;
    const std::string shared = whole_link(url);
    const auto again = make_key(shared, {}, second);
    if (again && *again == *key && (shared.starts_with("https://") || shared.starts_with("http://")))
      continue;
    INFO(url);
    CHECK(shared == *key);
  }
  CHECK(keys > 2'000);
}

TEST_CASE("A key holds nothing that a page or a database would mind", "[url_key][property]") {
  random_source random(2);
  for (int i = 0; i < 20'000; ++i) {
    const std::string url = soup(random);
    key_buffer buffer;
    const auto key = make_key(url, {}, buffer);
    if (!key || (!site_of(*key).empty() && is_clean(*key))) continue;
    INFO(url);
    CHECK(*key == "a clean key");
  }
}

TEST_CASE("An explanation ends where make_key does", "[url_key][property]") {
  random_source random(3);
  for (int i = 0; i < 5'000; ++i) {
    const std::string url = soup(random);
    key_buffer buffer;
    const auto key = make_key(url, {}, buffer);
    const auto explanation = explain_key(url, {});
    const std::string last = explanation.steps.empty() ? url : explanation.steps.back().url;
    const bool same = key ? explanation.key && *explanation.key == *key && last == *key
                          : explanation.key.has_error() && explanation.key.error() == key.error();
    if (same) continue;
    INFO(url);
    CHECK(last == (key ? std::string(*key) : key.error().message()));
  }
}

TEST_CASE("Every spelling of a link has its key", "[url_key][property]") {
  random_source random(4);
  for (int i = 0; i < 20'000; ++i) {
    const link original = any_link(random);
    const std::string url = respell(random, original);
    key_buffer buffer;
    const auto key = make_key(url, {}, buffer);
    if (key && *key == original.key()) continue;
    INFO(url);
    CHECK((key ? std::string(*key) : key.error().message()) == original.key());
  }
}

TEST_CASE("The longest hostile URLs take no longer than their length explains", "[url_key][property]") {
  constexpr auto patterns =
      std::to_array<std::string_view>({"/",           "/..",         "/a/..",  "/.",
                                       "&",           "&utm_source", "&a=%41", "%",
                                       "\\",          "\xC3\xBC",    ".a",     "&utm_\xC3\xBC='",
                                       "&amp",        "&#9",         "&#",     "&amp;",
                                       "amp;",        "\n",          "25",     "\xF0\x9F\x98\x80.",
                                       "\xE1\xBA\x9E"});
  const auto time_of = [](const std::string& url) {
    auto best = std::chrono::nanoseconds::max();
    for (int run = 0; run < 20; ++run) {
      key_buffer buffer;
      const auto begin = std::chrono::steady_clock::now();
      for (int i = 0; i < 8; ++i) static_cast<void>(make_key(url, {}, buffer));
      best = std::min<std::chrono::nanoseconds>(best, std::chrono::steady_clock::now() - begin);
    }
    return best;
  };
  for (const std::string_view pattern : patterns) {
    for (const std::string_view prefix :
         {"http://a.com/", "http://a.com/?", "http://", "http%", "http://a.com/#!"}) {
      std::string url(prefix);
      while (url.size() + pattern.size() <= max_url_bytes / 8) url += pattern;
      const auto part = time_of(url);
      while (url.size() + pattern.size() <= max_url_bytes) url += pattern;
      const auto whole = time_of(url);
      INFO(prefix << pattern << ": " << part.count() << " and " << whole.count() << " ns");
      CHECK(whole < 24 * part + std::chrono::microseconds(50));  // 8 when linear, 64 when quadratic
    }
  }
}

}  // namespace buttond
