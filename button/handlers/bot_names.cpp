#include "button/handlers/bot_names.hpp"

#include "common/ascii.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

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

/// How often browsers say two bytes, whatever the case of their letters.
struct bigram_counts {
  std::array<std::uint16_t, std::size_t{128} * 128> times{};

  constexpr bigram_counts() {
    for (std::size_t i = 0; i + 1 < browsers.size(); ++i) ++times[index(browsers[i], browsers[i + 1])];
  }

  /// How often they say the three bytes of `name` from `offset` on, as far as its two bigrams tell.
  constexpr int of(std::string_view name, std::size_t offset) const noexcept {
    return times[index(name[offset], name[offset + 1])] + times[index(name[offset + 1], name[offset + 2])];
  }

  static constexpr std::size_t index(char first, char second) noexcept {
    return static_cast<std::size_t>(ascii_lower(first)) * 128 + static_cast<std::size_t>(ascii_lower(second));
  }
};

/// Where in a name are the three bytes that browsers say least often.
constexpr std::size_t rarest_part(const bigram_counts& browsers_say, std::string_view name) noexcept {
  std::size_t rarest = 0;
  for (std::size_t offset = 1; offset + 2 < name.size(); ++offset)
    if (browsers_say.of(name, offset) < browsers_say.of(name, rarest)) rarest = offset;
  return rarest;
}

/// One of the two bigrams of a name's anchor.
struct anchor_bigram {
  std::uint8_t name = 0;
  std::uint8_t offset = 0;  // in the name
};

/// The anchors' bigrams, ordered by their first letter, and a bit for each of them in every case of its
/// letters. Whoever looks at every second bigram of a text meets one of a name's two wherever the name
/// stands.
struct anchor_table {
  std::array<anchor_bigram, 2 * names.size()> bigrams{};
  std::array<std::uint8_t, 129> first{};  // bigrams of letter c are from first[c] to first[c + 1]
  std::array<std::uint64_t, 1024> bits{};

  constexpr anchor_table() {
    const bigram_counts browsers_say;
    std::array<std::uint8_t, names.size()> anchor{};
    for (std::size_t i = 0; i < names.size(); ++i)
      anchor[i] = static_cast<std::uint8_t>(rarest_part(browsers_say, names[i]));
    std::uint8_t count = 0;
    for (std::size_t letter = 0; letter < 128; ++letter) {
      first[letter] = count;
      for (std::size_t i = 0; i < names.size(); ++i)
        for (std::uint8_t offset = anchor[i]; offset < anchor[i] + 2; ++offset)
          if (static_cast<std::size_t>(names[i][offset]) == letter)
            bigrams[count++] = {static_cast<std::uint8_t>(i), offset};
    }
    first[128] = count;
    for (const auto& [name, offset] : bigrams)
      for (const char one : {names[name][offset], ascii_upper(names[name][offset])})
        for (const char two : {names[name][offset + 1u], ascii_upper(names[name][offset + 1u])})
          set(bigram(one, two));
  }

  constexpr void set(std::uint16_t value) noexcept { bits[value / 64] |= std::uint64_t{1} << value % 64; }
  constexpr std::uint64_t bit(std::uint16_t value) const noexcept {
    return bits[value / 64] >> value % 64 & 1;
  }
};

constexpr anchor_table anchors;

bool is_telephone(std::string_view agent, std::size_t bot) noexcept {
  constexpr std::size_t before = telephone.size() - 3;
  return bot >= before && starts_with_ignoring_case(agent.substr(bot - before), telephone);
}

/// Whether a name of which `at` is one of the anchor's bigrams stands around it.
bool is_name_around(std::string_view agent, std::size_t at) noexcept {
  const auto letter = static_cast<unsigned char>(ascii_lower(agent[at]));  // ASCII, as the names are
  for (std::size_t i = anchors.first[letter]; i < anchors.first[letter + 1]; ++i) {
    const auto [which, offset] = anchors.bigrams[i];
    const std::string_view name = names[which];
    if (ascii_lower(agent[at + 1]) != name[offset + 1u] || at < offset) continue;
    if (!starts_with_ignoring_case(agent.substr(at - offset), name)) continue;
    if (name != "bot" || !is_telephone(agent, at - offset)) return true;
  }
  return false;
}

}  // namespace

bool is_bot(std::string_view user_agent) noexcept {
  const std::string_view agent = user_agent.substr(0, 512);
  const auto sign_at = [agent](std::size_t at) { return anchors.bit(bigram(agent[at], agent[at + 1])); };
  std::size_t at = 0;
  while (at + 1 < agent.size()) {
    // Four at once, because the answer is nearly always no.
    while (at + 8 <= agent.size() && (sign_at(at) | sign_at(at + 2) | sign_at(at + 4) | sign_at(at + 6)) == 0)
      at += 8;
    const std::size_t end = std::min(at + 8, agent.size() - 1);
    for (; at < end; at += 2)
      if (sign_at(at) != 0 && is_name_around(agent, at)) return true;
  }
  return false;
}

}  // namespace buttond
