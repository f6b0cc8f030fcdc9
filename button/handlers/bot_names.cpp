#include "button/handlers/bot_names.hpp"

#include "common/ascii.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace buttond {
namespace {

// In lower case, at least three bytes each. Most programs call themselves something with "bot" or give the
// address of a page about themselves ("+http://..."), which no browser does; the others are listed by name.
constexpr std::array<std::string_view, 47> names{
    // crawlers
    "bot", "+http", "crawl", "spider", "slurp", "archiver", "heritrix", "nutch", "scrapy", "mediapartners",
    "google-inspectiontool", "apis-google", "bingpreview", "yandeximages", "chatgpt-user", "perplexity-user",
    "validator",
    // previews of links, and feeds
    "facebookexternalhit", "facebookcatalog", "meta-external", "preview", "embedly", "iframely", "whatsapp/",
    "vkshare", "pinterest/0.", "flipboardproxy", "(mastodon/", "snap url", "feedfetcher", "feedburner",
    "feedly/",
    // headless browsers and their drivers
    "headless", "phantomjs", "puppeteer", "playwright", "selenium", "prerender", "lighthouse", "ptst/",
    // monitors
    "pingdom", "uptime", "statuscake", "site24x7", "gtmetrix", "check_http", "blackbox exporter"};

// "bot" is also in the names of telephones; whose, stands before it.
constexpr std::string_view telephone = "cubot";

// What readers' browsers say: bigrams that stand here are poor signs of a bot.
constexpr std::string_view browsers =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
    "Safari/537.36 Edg/126.0.2592.68 OPR/112.0.0.0 SamsungBrowser/25.0 Mobile YaBrowser/24.6 "
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0 (X11; Ubuntu; Fedora; CrOS) "
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 "
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Mozilla/5.0 (iPad) CriOS/126.0.6478.35 FxiOS GSA/320.0 "
    "Mozilla/5.0 (Linux; Android 14; K; SM-S928B Build/UP1A.231005.007; wv) Pixel 8 Pro Redmi Note moto "
    "Instagram FBAN/FBIOS FBAV FBDV [FB_IAB/FB4A;] Vivaldi Brave DuckDuckGo UCBrowser MiuiBrowser Trident "
    "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; WOW64; .NET CLR 3.5.30729; Media Center PC 6.0)";

constexpr std::uint16_t bigram(char first, char second) noexcept {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(first) | static_cast<unsigned char>(second)
                                                                            << 8);
}

constexpr char ascii_upper(char c) noexcept {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
}

/// How often browsers say `name` from `offset` on, as far as two bytes tell.
constexpr int frequency(std::string_view name, std::size_t offset) noexcept {
  int times = 0;
  for (std::size_t i = 0; i + 1 < browsers.size(); ++i)
    if (ascii_lower(browsers[i]) == name[offset] && ascii_lower(browsers[i + 1]) == name[offset + 1]) ++times;
  return times;
}

/// Where in a name are the three bytes, that is the two bigrams, that browsers say least often.
constexpr std::size_t rarest_part(std::string_view name) noexcept {
  std::size_t rarest = 0;
  int least = std::numeric_limits<int>::max();
  for (std::size_t offset = 0; offset + 2 < name.size(); ++offset) {
    const int times = frequency(name, offset) + frequency(name, offset + 1);
    if (times < least) {
      least = times;
      rarest = offset;
    }
  }
  return rarest;
}

/// The names' places of anchor, and a bit for each of their anchors' bigrams in every case of its letters.
/// Whoever looks at every second bigram of a text meets one of the two wherever the anchor stands.
struct anchor_table {
  std::array<std::uint8_t, names.size()> offset{};
  std::array<std::uint64_t, 1024> bits{};

  constexpr anchor_table() {
    for (std::size_t i = 0; i < names.size(); ++i) {
      offset[i] = static_cast<std::uint8_t>(rarest_part(names[i]));
      for (std::size_t at = offset[i]; at < offset[i] + std::size_t{2}; ++at)
        for (const char first : {names[i][at], ascii_upper(names[i][at])})
          for (const char second : {names[i][at + 1], ascii_upper(names[i][at + 1])})
            set(bigram(first, second));
    }
  }

  constexpr void set(std::uint16_t value) noexcept { bits[value / 64] |= std::uint64_t{1} << value % 64; }
  constexpr bool has(std::uint16_t value) const noexcept { return (bits[value / 64] >> value % 64 & 1) != 0; }
};

constexpr anchor_table anchors;

bool is_telephone(std::string_view agent, std::size_t bot) noexcept {
  constexpr std::size_t before = telephone.size() - 3;
  return bot >= before && starts_with_ignoring_case(agent.substr(bot - before), telephone);
}

/// Whether a name has its anchor's first or second bigram at `at`.
bool is_name_around(std::string_view agent, std::size_t at) noexcept {
  for (std::size_t i = 0; i < names.size(); ++i)
    for (const std::size_t into : {anchors.offset[i] + std::size_t{0}, anchors.offset[i] + std::size_t{1}}) {
      if (at < into || !starts_with_ignoring_case(agent.substr(at - into), names[i])) continue;
      if (names[i] != "bot" || !is_telephone(agent, at - into)) return true;
    }
  return false;
}

}  // namespace

bool is_bot(std::string_view user_agent) noexcept {
  const std::string_view agent = user_agent.substr(0, 512);
  for (std::size_t at = 0; at + 1 < agent.size(); at += 2)
    if (anchors.has(bigram(agent[at], agent[at + 1])) && is_name_around(agent, at)) return true;
  return false;
}

}  // namespace buttond
