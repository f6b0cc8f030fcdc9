#include "button/handlers/filter.hpp"

#include "button/handlers/bot_names.hpp"
#include "common/ascii.hpp"
#include "common/error.hpp"
#include "tests/unit/allocation_count.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

using namespace buttond;
using namespace std::chrono_literals;

namespace {

constexpr monotonic_time now{1h};

// What readers send: browsers of desks, telephones, television sets and applications, old ones too, and who
// fetches a picture or a count for a reader.
constexpr const char* readers[] = {
    "",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
    "Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
    "Safari/537.36 Edg/126.0.2592.87",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 "
    "Safari/537.36 OPR/111.0.0.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14.5; rv:127.0) Gecko/20100101 Firefox/127.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
    "Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Mobile/15E148 [FBAN/FBIOS;FBAV/469.0.0.35.107;FBBV/607193337;FBDV/iPhone14,5;FBMD/iPhone;FBSN/iOS]",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Mobile/15E148 [Pinterest/iOS]",
    "Mozilla/5.0 (Linux; Android 14; SM-S928B Build/UP1A.231005.007; wv) AppleWebKit/537.36 (KHTML, like "
    "Gecko) Version/4.0 Chrome/126.0.6478.71 Mobile Safari/537.36 Instagram 337.0.0.35.102 Android",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 "
    "Chrome/121.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 9; CUBOT_X19_S) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0.4844.73 "
    "Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 11; Cubot Note 20) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/91.0 "
    "Mobile Safari/537.36",
    "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/94.0.4606.128 "
    "Safari/537.36 WebAppManager",
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
    "Safari/537.36",
    "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; WOW64; Trident/4.0; SLCC2; .NET CLR 2.0.50727)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
    "Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 "
    "YaBrowser/24.4.0.0 Safari/537.36",
    "Mozilla/5.0 (Linux; U; Android 13; en-us; 22101316G) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/112.0.5615.136 Mobile Safari/537.36 XiaoMi/MiuiBrowser/14.10.1.3-gn",
    "Opera/9.80 (Windows NT 6.1; U; en) Presto/2.7.62 Version/11.01",
    "Lynx/2.9.0dev.12 libwww-FM/2.14 SSL-MM/1.4.1 GNUTLS/3.7.8",
    "w3m/0.5.3+git20230121",
    "NetNewsWire (RSS Reader; https://netnewswire.com/)",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "github-camo (4b76e509)",
    "curl/7.88.1",
    "python-requests/2.31.0",
    "Go-http-client/1.1",
};

constexpr const char* bots[] = {
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.6478.61 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.1; +https://openai.com/gptbot)",
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)",
    "Mozilla/5.0 (compatible; Google-InspectionTool/1.0;)",
    "Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 "
    "(compatible; Bytespider; spider-feedback@bytedance.com)",
    "Mediapartners-Google",
    "ia_archiver",
    "Apache-Nutch/1.19",
    "CCBot/2.0 (https://commoncrawl.org/faq/)",
    "Mozilla/5.0 (compatible; Claude-User/1.0; +Claude-User@anthropic.com) bot",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "facebookexternalhit/1.1",
    "meta-externalagent/1.1",
    "Twitterbot/1.0",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "TelegramBot (like TwitterBot)",
    "WhatsApp/2.23.20.0 A",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
    "Pinterest/0.2 (https://www.pinterest.com/bot.html)",
    "http.rb/5.1.1 (Mastodon/4.2.8; +https://mastodon.social/)",
    "Mozilla/5.0 (compatible; vkShare; +http://vk.com/dev/Share)",
    "FeedFetcher-Google; (+http://www.google.com/feedfetcher.html)",
    "Feedly/1.0 (poller; 12 subscribers)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0.6478.61 "
    "Safari/537.36",
    "Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1 Safari/538.1",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36 Chrome-Lighthouse",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36 "
    "PTST/240605.161053",
    "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
    "Uptime-Kuma/1.23.13",
    "Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)",
    "Mozilla/5.0 (compatible; StatusCake)",
    "Site24x7",
    "check_http/v2.3.1 (monitoring-plugins 2.3.1)",
    "Blackbox Exporter/0.24.0",
    "BOT",
    "Mozilla/5.0 (Linux; Android 9; CUBOT_X19) (compatible; SomeBot/1.0)",
};

http::request request_of(const char* address) {
  http::request in;
  in.received = now;
  in.user_agent = readers[1];
  if (address != nullptr) in.client = parse_address(address);
  return in;
}

std::optional<filter_reason> first_link(const impression_filter& filter, const http::request& in,
                                        std::string_view site = "example.com") {
  bot_memo memo;
  return filter.of_request(in, memo).of_link(site);
}

}  // namespace

TEST_CASE("Readers are not bots", "[filter]") {
  for (const char* agent : readers) {
    CAPTURE(agent);
    CHECK_FALSE(is_bot(agent));
  }
}

TEST_CASE("Crawlers, previews, headless browsers and monitors are bots", "[filter]") {
  for (const char* agent : bots) {
    CAPTURE(agent);
    CHECK(is_bot(agent));
  }
}

TEST_CASE("A bot is known in capitals or not, wherever its name stands", "[filter]") {
  for (const std::string name : {"bot", "crawl", "headless", "facebookexternalhit", "+http", "PTST/"})
    for (std::size_t before = 0; before < 40; ++before)
      for (const bool upper : {false, true}) {
        std::string agent = std::string(before, 'x') + name;
        for (char& c : agent)
          c = upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : ascii_lower(c);
        CAPTURE(agent);
        CHECK(is_bot(agent));
        CHECK(is_bot(agent + std::string(20, 'x')));
        CHECK_FALSE(is_bot(std::string_view(agent).substr(0, agent.size() - 1)));
      }
}

TEST_CASE("Only the first 512 bytes of a User-Agent are read", "[filter]") {
  CHECK(is_bot(std::string(509, 'x') + "bot"));
  CHECK_FALSE(is_bot(std::string(510, 'x') + "bot"));
  CHECK_FALSE(is_bot(std::string(10'000, 'b')));
}

TEST_CASE("A bot's and a prefetch's events are not counted, each for its reason", "[filter]") {
  const impression_filter filter({}, nullptr);
  auto in = request_of(nullptr);
  CHECK_FALSE(first_link(filter, in));
  in.user_agent = bots[0];
  CHECK(first_link(filter, in) == filter_reason::bot);
  in.user_agent = readers[1];
  for (const char* purpose : {"prefetch", "prefetch;prerender", "Prefetch", "prerender", "preview"}) {
    CAPTURE(purpose);
    in.sec_purpose = purpose;
    CHECK(first_link(filter, in) == filter_reason::prefetch);
  }
  in.sec_purpose = "instant";
  CHECK_FALSE(first_link(filter, in));
}

TEST_CASE("Only a reader's own navigation, or a fetch of our page, is a click or a share", "[filter]") {
  const impression_filter filter({}, nullptr);
  bot_memo memo;
  auto in = request_of(nullptr);
  in.user_agent = readers[1];
  const auto reason = [&](const char* dest, const char* site) {
    in.sec_fetch_dest = dest;
    in.sec_fetch_site = site;
    return filter.of_navigation(in, memo).of_link("example.com/a");
  };
  CHECK_FALSE(reason("", ""));
  CHECK_FALSE(reason("document", "cross-site"));
  CHECK_FALSE(reason("document", "none"));
  CHECK_FALSE(reason("empty", "same-origin"));
  for (const char* dest :
       {"image", "iframe", "script", "style", "object", "embed", "audio", "x", "Document"}) {
    CAPTURE(dest);
    CHECK(reason(dest, "cross-site") == filter_reason::embedded);
    CHECK(reason(dest, "same-origin") == filter_reason::embedded);
  }
  for (const char* site : {"cross-site", "same-site", "none", ""}) {
    CAPTURE(site);
    CHECK(reason("empty", site) == filter_reason::embedded);
  }
  CHECK_FALSE(first_link(filter, in));  // an impression is embedded
  in.sec_purpose = "prefetch";
  CHECK(reason("image", "cross-site") == filter_reason::prefetch);
}

TEST_CASE("With a list of sites, only theirs and their subdomains' events are counted", "[filter]") {
  const impression_filter filter({"Example.com", "www.blog.example.org",
                                  "b\xC3\xBC"
                                  "cher.example",
                                  "shop.example:8443", "127.0.0.1"},
                                 nullptr);
  const auto in = request_of(nullptr);
  for (const char* site :
       {"example.com", "a.example.com", "a.b.example.com", "example.com:8080", "blog.example.org",
        "xn--bcher-kva.example", "shop.example:8443", "de.shop.example:8443", "127.0.0.1:3000"}) {
    CAPTURE(site);
    CHECK_FALSE(first_link(filter, in, site));
  }
  for (const char* site : {"example.org", "notexample.com", "example.com.evil.test", "com", "shop.example",
                           "shop.example:84", "[::1]", "[::1]:80", ""}) {
    CAPTURE(site);
    CHECK(first_link(filter, in, site) == filter_reason::site);
  }
}

TEST_CASE("What is not a host stops the start", "[filter]") {
  for (const char* site : {"", "example.com/path", "two words", "https://user@example.com", "?"}) {
    CAPTURE(site);
    CHECK_THROWS_AS(impression_filter({site}, nullptr), startup_error);
  }
}

TEST_CASE("A reader over the rate is not counted", "[filter]") {
  rate_limiter rate({.per_second = 5, .burst = 50});
  const impression_filter filter({}, &rate);
  const auto in = request_of("192.0.2.1");
  bot_memo memo;
  auto of_request = filter.of_request(in, memo);
  for (int link = 0; link < 50; ++link) CHECK_FALSE(of_request.of_link("example.com"));
  CHECK(of_request.of_link("example.com") == filter_reason::rate);
  CHECK(first_link(filter, in) == filter_reason::rate);
  CHECK_FALSE(first_link(filter, request_of("192.0.2.2")));
}

TEST_CASE("What is not counted for another reason takes nothing from the rate", "[filter]") {
  rate_limiter rate({.per_second = 5, .burst = 1});
  const impression_filter filter({"example.com"}, &rate);
  auto in = request_of("192.0.2.1");
  CHECK(first_link(filter, in, "example.org") == filter_reason::site);
  in.sec_purpose = "prefetch";
  CHECK(first_link(filter, in) == filter_reason::prefetch);
  in.sec_purpose = "";
  CHECK_FALSE(first_link(filter, in));
  CHECK(first_link(filter, in) == filter_reason::rate);
}

TEST_CASE(
    "Who does not want to be tracked has the rate of his network, and takes nothing from that of his "
    "address",
    "[filter]") {
  rate_limiter rate({.per_second = 5, .burst = 1});
  const impression_filter filter({}, &rate);
  auto in = request_of("192.0.2.1");
  in.do_not_track = true;
  CHECK_FALSE(first_link(filter, in));
  CHECK(first_link(filter, in) == filter_reason::rate);
  in.do_not_track = false;
  CHECK_FALSE(first_link(filter, in));
  CHECK(first_link(filter, in) == filter_reason::rate);
}

TEST_CASE("Readers whose address is not known share a rate", "[filter]") {
  rate_limiter rate({.per_second = 5, .burst = 1});
  const impression_filter filter({}, &rate);
  CHECK_FALSE(first_link(filter, request_of(nullptr)));
  CHECK(first_link(filter, request_of(nullptr)) == filter_reason::rate);
  CHECK_FALSE(first_link(filter, request_of("192.0.2.1")));
}

TEST_CASE("The filter allocates nothing", "[filter]") {
  rate_limiter rate({.per_second = 5, .burst = 50});
  const impression_filter filter({"a-rather-long-domain-name.example.com"}, &rate);
  const auto in = request_of("192.0.2.1");
  const auto before = allocations();
  for (int i = 0; i < 100; ++i) first_link(filter, in, "sub.a-rather-long-domain-name.example.com:8443");
  CHECK(allocations() == before);
}

TEST_CASE("A bot that asks not to be tracked is a bot all the same", "[filter]") {
  const impression_filter filter({}, nullptr);
  auto in = request_of(nullptr);
  in.do_not_track = true;
  CHECK_FALSE(first_link(filter, in));
  in.user_agent = bots[0];
  CHECK(first_link(filter, in) == filter_reason::bot);
}

TEST_CASE("What was said of an agent before is said again, whoever came between", "[filter]") {
  bot_memo memo;
  for (int round = 0; round < 3; ++round) {
    for (const auto* const agent : readers) CHECK_FALSE(memo.is_bot(agent));
    for (const auto* const agent : bots) CHECK(memo.is_bot(agent));
    // So many that they push each other out, all of one middle and end.
    for (int number = 0; number < 200; ++number) {
      const auto name =
          std::to_string(number) + " Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/127.0";
      CHECK_FALSE(memo.is_bot(name));
      CHECK(memo.is_bot("bot" + name));
    }
    CHECK(memo.is_bot(std::string(300, ' ') + "Googlebot"));
    CHECK(memo.is_bot("curlbot"));
    CHECK_FALSE(memo.is_bot(""));
  }
}
