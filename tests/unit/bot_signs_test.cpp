#include "button/handlers/bots/bot_signs.hpp"

#include "button/handlers/bots/bot_memo.hpp"
#include "button/handlers/bots/listed_bots.hpp"
#include "common/ascii.hpp"
#include "tests/unit/allocation_count.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>

using namespace buttond;

namespace {

const bot_signs signs;

bool is_bot(std::string_view agent) {
  return signs.is_bot(agent);
}

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
    "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)",
    "okhttp/4.12.0",
    "Apache-HttpClient/4.5.13 (Java/11.0.16)",
    "Java/17.0.2",
    "Wget/1.21.3",
    "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
    "Amazon CloudFront",
    "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.1; Trident/6.0)",
    "Mozilla/5.0 (compatible; Konqueror/4.5; FreeBSD) KHTML/4.5.4 (like Gecko)",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 15_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "(Ecosia ios@4.0.6.795)",
    "(Android)(15)(somebody@example.com)(HTC Desire C)(com.example.films)",
};

// Telephones, tablets and television sets, their makers and networks, wherever applications name them.
constexpr const char* devices[] = {
    "Mozilla/5.0 (Linux; Android 7.0; M bot 60 Build/NRD90M) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/58.0.3029.83 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 6.0; VR BOT 552 PLUS) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/78.0.3904.96 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 8.1.0; XBot_Senior Build/O11019) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/65.0.3325.109 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 13; Spider 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 "
    "Safari/537.36",
    "Mozilla/5.0 (Linux; arm_64; Android 9; Crawler X) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/96.0 "
    "YaBrowser/21.11 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 15; CPH2581 Build/AP3A.240617.008; wv) AppleWebKit/537.36 (KHTML, like "
    "Gecko) Version/4.0 Chrome/141.0.7390.122 Mobile Safari/537.36",
    "Mozilla/5.0 (Linux; Android 9; SM-A105F Build/PPR1.180610.011; wv) AppleWebKit/537.36 (KHTML, like "
    "Gecko) Version/4.0 Chrome/83.0.4103.106 Mobile Safari/537.36 [FBAN/FB4A;FBAV/276.0.0.44.127;FBCR/"
    "OrangeBotswana;FBMF/samsung;FBDV/SM-A105F;FBSV/9;]",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 13_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Mobile/15E148 [FBAN/FBIOS;FBDV/iPhone12,1;FBSN/iOS;FBCR/Talk Bot;FBID/phone]",
    "Mozilla/5.0 (Linux; Android 12; HTC Desire 22 pro; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/105.0.5195.136 Mobile Safari/537.36 Instagram 267.0.0.18.93 Android (31/12; 480dpi; "
    "1080x2154; HTC; HTC Desire 22 pro; htc_botdugls; qcom; de_DE; 418184)",
    "Mozilla/5.0 (Linux; Android 7.0; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/66.0 "
    "Mobile Safari/537.36 Instagram 37.0.0.21.97 (24/7.0; 320dpi; 720x1184; bot; M bot 54; mt6737m; es_ES)",
    "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/87.0.4280.88 "
    "Safari/537.36 HbbTV/1.6.1 (+DRM; LGE/KTC/BOTECH; 58BSE9503; WEBOS22 04.42.26; W22_K8LP;)",
    "Mozilla/5.0 (Linux; Andr0id 9; ATV R2) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/77.0.3865.120 "
    "Safari/537.36 HbbTV/1.5.1 (+DRM;Monitor Bot;ATV R2;TVs;) FVC/5.0",
    "Mozilla/5.0 (Linux; Android 14; Yeti Slurp) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 "
    "Mobile Safari/537.36",
    "Dalvik/2.1.0 (Linux; U; Android 6.0; CUBOT NOTE S Build/MRA58K)",
    "UCWEB/2.0 (MIDP-2.0; U; Adr 4.4.2; en-US; M bot 51) U2/1.0.0 UCBrowser/10.4.1 U2/1.0.0 Mobile",
    "CUBOT/1.0 Android/6.0 Release/2016 Browser/AppleWebKit537.36 Mobile Safari/537.36",
    "Mozilla/5.0 (Mobile; M bot 60; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5",
    "Snapchat/10.59.5.0 (M bot 60; Android 7.0#1513#24; gzip) V/MUSHROOM",
    "Mozilla/5.0 (Linux; Android 4.1.1; HTC Butterfly Build/JRO03C) AppleWebKit/535.19 (KHTML, like Gecko) "
    "Chrome/18.0.1025.166 Mobile Safari/535.19",
    "Mozilla/5.0 (Linux; U; Android 4.3; en-US; ViewSonic A8+ Build/JLS36C) AppleWebKit/534.30 (KHTML, like "
    "Gecko) Version/4.0 UCBrowser/11.0.5.892 U3/0.8.0 Mobile Safari/534.30",
};

// Who runs a page's script, and is no reader.
constexpr const char* script_runners[] = {
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.7204.168 "
    "Safari/537.36 DatadogSynthetics",
    "mozilla/5.0 (x11; linux x86_64) applewebkit/537.36 (khtml, like gecko) chrome/138.0.7204.168 "
    "safari/537.36 datadogsynthetics",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36 "
    "Checkly/1.0",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/90.0.4430.212 "
    "Safari/537.36 NewRelicSynthetics/1.0",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Safari/537.36 "
    "NewRelicPinger/1.0 (1234)",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/115.0.0.0 "
    "Safari/537.36 RuxitSynthetic/1.0 v6418838628 t38550",
    "Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/56.0.2924.87 "
    "Safari/537.36 GomezAgent 3.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/95.0.4638.69 Safari/537.36 Silktide",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/89.0.4389.114 "
    "Safari/537.36 Catchpoint",
    "Mozilla/5.0 (compatible; PingdomPageSpeed/1.0; pingbot/2.0; +http://www.pingdom.com/)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36 "
    "Cypress/13.1.0 Electron/2.0.18",
    "Mozilla/5.0 (X11; Linux x86_64; rv:52.0) Gecko/20100101 Firefox/52.0 DejaClick/2.9.7.2",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.4 (KHTML, like Gecko; Google Page Speed Insights) "
    "Chrome/22.0.1229 Safari/537.4",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/109.0.0.0 Safari/537.36 CloudflareObservatory/1.0",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/117.0.0.0 Safari/537.36 "
    "GTmetrix",
};

// What nobody has listed, and what it says of itself all the same.
constexpr const char* unlisted[] = {
    "Mozilla/5.0 (compatible; Qqzzrobot/1.0)",
    "Mozilla/5.0 (compatible; Qqzz/1.0)",
    "Mozilla/5.0 (compatible; Qqzz/1.0; https://example.com/about)",
    "Qqzz/1.0 (www.example.com)",
    "Qqzz (robots@example.com)",
    "Qqzz Link Checker 2.0",
    "Mozilla/5.0 (Linux; Android 9; CUBOT) Mobile Safari/537.36 (compatible; Qqzzbot/1.0)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Qqzz/1.0) Chrome/119.0 Safari/537.36",
    "Qqzzbot",
    "Qqzz-bot_2",
    "Qqzz Monitor",
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

}  // namespace

template <std::size_t N>
void all_are(bool bot, const char* const (&agents)[N]) {
  for (const char* agent : agents) {
    CAPTURE(agent);
    CHECK(is_bot(agent) == bot);
  }
}

TEST_CASE("Readers are not bots", "[bots]") {
  all_are(false, readers);
}

TEST_CASE("A device whose name has a bot, a spider or a crawler in it is a reader's", "[bots]") {
  all_are(false, devices);
}

TEST_CASE("Crawlers, previews, headless browsers and monitors are bots", "[bots]") {
  all_are(true, bots);
}

TEST_CASE("A monitor that runs a page's script is a bot", "[bots]") {
  all_are(true, script_runners);
}

TEST_CASE("A robot that nobody has listed is known by what it says it does, or whose it is", "[bots]") {
  all_are(true, unlisted);
}

TEST_CASE("Each text of the list makes a bot of whoever says it", "[bots]") {
  REQUIRE(listed_bots().size() > 1'000);
  for (const listed_bot& bot : listed_bots()) {
    std::string agent(bot.text);
    if (!bot.after.empty()) agent.insert(0, std::string(bot.after) + " ");
    if (!bot.at_start) agent.insert(0, "Qqzz ");
    if (!bot.at_end) agent += " Qqzz";
    CAPTURE(agent);
    CHECK(is_bot(agent));
  }
}

TEST_CASE("A text of the list stands where the list has it, and in its case if it is short", "[bots]") {
  CHECK(is_bot("BW/1.0"));
  CHECK_FALSE(is_bot("bw/1.0"));
  CHECK(is_bot("Viber"));
  CHECK_FALSE(is_bot("Mozilla/5.0 (X11; Linux x86_64) Viber/22.0"));
  CHECK(is_bot("SSL Labs"));
  CHECK_FALSE(is_bot("SSL Labs 2"));
  CHECK(is_bot("Current 1.0 RSS Reader"));
  CHECK_FALSE(is_bot("RSS Reader for Current 1.0"));
}

TEST_CASE("A bot is known in capitals or not, wherever its name stands", "[bots]") {
  for (const std::string name : {"bot", "crawl", "headless", "AhrefsSiteAudit", "://", "PTST"})
    for (std::size_t before = 0; before < 40; ++before)
      for (const bool upper : {false, true}) {
        std::string agent = std::string(before, 'x') + name;
        for (char& c : agent)
          c = upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : ascii_lower(c);
        CAPTURE(agent);
        CHECK(is_bot(agent));
        CHECK(is_bot(agent + ";" + std::string(20, 'x')));
        CHECK_FALSE(is_bot(std::string_view(agent).substr(0, agent.size() - 1)));
      }
}

TEST_CASE("Only the first 512 bytes of a User-Agent are read", "[bots]") {
  CHECK(is_bot(std::string(509, 'x') + "bot"));
  CHECK_FALSE(is_bot(std::string(510, 'x') + "bot"));
  CHECK_FALSE(is_bot(std::string(10'000, 'b')));
}

TEST_CASE("Any bytes are an agent", "[bots]") {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  CHECK_FALSE(is_bot(all));
  CHECK(is_bot(all + "bot"));
  for (const std::string piece : {"(", ")", "[(", "@", "a@a", "(linux;", "Mozilla/5.0 (compatible; "}) {
    CAPTURE(piece);
    std::string agent;
    while (agent.size() < 600) agent += piece;
    CHECK_FALSE(is_bot(agent));
  }
}

TEST_CASE("No three bytes are those of many signs", "[bots]") {
  CHECK(signs.most_of_one_place() <= 4);
}

TEST_CASE("A look at an agent allocates nothing", "[bots]") {
  const auto before = allocations();
  for (const char* agent : devices) is_bot(agent);
  for (const char* agent : bots) is_bot(agent);
  CHECK(allocations() == before);
}

TEST_CASE("What was said of an agent before is said again, whoever came between", "[bots]") {
  bot_memo memo;
  const auto remembered = [&memo](std::string_view agent) { return memo.is_bot(agent, signs); };
  for (int round = 0; round < 3; ++round) {
    for (const auto* const agent : readers) CHECK_FALSE(remembered(agent));
    for (const auto* const agent : bots) CHECK(remembered(agent));
    // So many that they push each other out, all of one middle and end.
    for (int number = 0; number < 200; ++number) {
      const auto name =
          std::to_string(number) + " Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/127.0";
      CHECK_FALSE(remembered(name));
      CHECK(remembered("bot " + name));
    }
    CHECK(remembered(std::string(300, ' ') + "Googlebot"));
    CHECK(remembered("curlbot"));
    CHECK_FALSE(remembered(""));
  }
}

TEST_CASE("A robot has the name that it calls itself by", "[bots]") {
  const auto [agent, name] = GENERATE(table<const char*, const char*>({
      {"GPTBot/1.2", "GPTBot"},
      {"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; "
       "+https://openai.com/gptbot)",
       "GPTBot"},
      {"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot"},
      {"Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) "
       "Chrome/126.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
       "Googlebot"},
      {"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; "
       "+http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36",
       "bingbot"},
      {"facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", "facebookexternalhit"},
      {"Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", "AhrefsBot"},
      {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0.0.0 "
       "Safari/537.36",
       "HeadlessChrome"},
      {"Twitterbot/1.0", "Twitterbot"},
      {"Some-Crawler_2", "Some-Crawler_2"},
      {"Reader/1.0 (+https://reader.example/)", "Reader"},
      {"Mozilla/5.0 (compatible; Thing; http://thing.example/)", "Thing"},
      {"Mozilla/5.0 (Windows NT 10.0) Thing/3.1 (+http://thing.example/)", "Thing"},
      {"Mozilla/5.0 (compatible; Quiet/1.0)", "Quiet"},
      {"Thing/1.0 someone@example.com", "Thing"},
      {"Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)", "Slurp"},
  }));
  CAPTURE(agent);
  REQUIRE(is_bot(agent));
  CHECK(signs.name_in(agent) == name);
}

TEST_CASE("A robot's name is short, and of printable ASCII, whatever it calls itself", "[bots]") {
  const std::string long_name = std::string(300, 'x') + "crawler";
  CHECK(signs.name_in(long_name).size() == 40);
  CHECK(signs.name_in("caf\xc3\xa9"
                      "bot/1.0") == "bot");
  CHECK(signs.name_in("a<b>\"bot\"\x7f") == "bot");
}

TEST_CASE("Whatever is taken for a robot has a name", "[bots]") {
  for (const listed_bot& each : listed_bots()) {
    const std::string agent = std::string(each.after) + std::string(each.text);
    CAPTURE(agent);
    const std::string_view name = signs.name_in(agent);
    CHECK(!name.empty());
    CHECK(name.size() <= 40);
    CHECK(std::all_of(name.begin(), name.end(), [](char c) { return c >= ' ' && c <= '~'; }));
  }
}
