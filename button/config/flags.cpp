#include "button/config/flags.hpp"

#include "button/config/flag_set.hpp"
#include "button/config/store_uri.hpp"
#include "button/handlers/admin_hosts.hpp"
#include "button/handlers/pages/places.hpp"
#include "button/handlers/pages/public_origin.hpp"
#include "button/handlers/pages/url_template.hpp"
#include "button/http/listen_address.hpp"
#include "common/error.hpp"
#include "common/masked_uri.hpp"

#include <fmt/format.h>

#include <iterator>
#include <memory>

namespace buttond {
namespace {

using namespace std::chrono_literals;

network read_network(const std::string& text) {
  if (const auto parsed = network::parse(text)) return *parsed;
  throw startup_error(fmt::format("'{}' is not a network; write for example 10.0.0.0/8", text));
}

void add_trusted_proxies(flag_set& flags, std::vector<network>& into) {
  const auto texts = std::make_shared<std::vector<std::string>>();
  flag& made = flags.list("trusted-proxy", *texts, "NETWORK", "whose X-Forwarded-For is believed; repeatable",
                          read_network);
  made.take = [&into, texts, take_texts = made.take](const std::vector<std::string>& given) {
    take_texts(given);
    into.clear();
    std::ranges::transform(*texts, std::back_inserter(into), read_network);
  };
}

void add_listeners(flag_set& flags, config& into) {
  const std::string type = "ADDR:PORT|unix:PATH";
  const auto check = [](const std::string& text) {
    if (text == "off") throw startup_error("readers must be able to connect somewhere; name an address");
    http::parse_listen_address(text);
  };
  const auto check_or_off = [](const std::string& text) {
    if (text.empty()) throw startup_error("an empty text is no address; write off for none");
    if (text != "off") http::parse_listen_address(text);
  };
  flags.list("listen", into.listen, type, "where pages and balancers connect; repeatable", check).example =
      "127.0.0.1:8080";
  flags.text("admin", into.admin, type, "where /metrics is; 'off' for none", check_or_off).example =
      "127.0.0.1:8081";
  flag& probes = flags.text(
      "probes", into.probes, type,
      "where balancers ask /healthz and /readyz only, apart from all readers (default: off)", check_or_off);
  probes.take = [&into, take = probes.take](const std::vector<std::string>& texts) {
    take(texts);
    if (into.probes == "off") into.probes.clear();
  };
  probes.show = [&into] { return into.probes.empty() ? std::string("off") : into.probes; };
  flags.list("admin-host", into.admin_hosts, "NAME",
             "a name under which /metrics is asked for, if it is one of the public DNS; repeatable",
             [](const std::string& text) { const admin_hosts checked({text}); });
  flags.count("threads", into.threads, 1, 256, "event loops, one a core");
  flags.on_off("proxy-protocol", into.proxy_protocol, "every connection begins with a PROXY v1 or v2 header");
}

void add_counting(flag_set& flags, config& into) {
  flags.path("data", into.data, "DIR",
             "directory of the journal, of shares that wait, of the share page's key, and of the embedded "
             "store");
  flag& store = flags.text("store", into.store, "URI",
                           "sqlite:FILE or mongodb://HOST/DATABASE (default: SQLite in the data directory)",
                           check_store_uri);
  store.show = [&into] { return masked_uri(into.store); };
  store.example = "mongodb://HOST:27017/buttond";
  flags.path("store-file", into.store_file, "FILE",
             "file with that URI, where it holds a password that the process list is not to show");
  flags.duration("epoch", into.epoch, 10ms, 1h, "time between two flushes to the store");
  flags.duration("fold", into.fold, 10ms, 1h,
                 "time between two folds, in which batches in MongoDB are added to its links");
  flags.duration("sync", into.sync, 10ms, 1h, "time between two writes of the journal to the disk itself");
  flags.count("keep-days", into.keep_days, 0, 100'000,
              "UTC days for which the counts of a site's days are kept; 0 is for ever");
  flags.bytes("cache-bytes", into.cache_bytes, 64 << 10, std::size_t{1} << 40, "memory of the count cache");
  flags.duration("fresh", into.fresh, 0ms, 24h,
                 "age up to which a count is served without asking the store again");
  flags.duration("miss-wait", into.miss_wait, 0ms, 1min,
                 "wait for a count that is not in the cache, at most");
}

void add_policy(flag_set& flags, config& into) {
  add_trusted_proxies(flags, into.trusted_proxies);
  flags.list("site", into.sites, "HOST", "count only links of this host and its subdomains; repeatable",
             [](const std::string&) {});
  flags.path("site-file", into.site_file, "FILE",
             "file with more such hosts, one a line; read again on SIGHUP");
  flags.list("block", into.blocked, "HOST",
             "count no links of this host and its subdomains, whatever --site says; repeatable",
             [](const std::string&) {});
  flags.text("public-url", into.public_url, "URL",
             "this server as pages reach it, for what / gives to copy (default: the Host of the request)",
             [](const std::string& text) { parse_public_url(text); });
  flags.text("composer-url", into.composer_url, "TEMPLATE",
             "the share dialog: a URL with {url}, {text}, {via}, {picture} (default: the built-in page)",
             [](const std::string& text) { parse_composer_url(text); });
  flags.list("place", into.places, "PLACE",
             "a place of the built-in share page; repeatable, in this order (default: all)",
             [](const std::string& text) { choose_places({text}); });
  flags.path("api-token-file", into.api_token_file, "FILE", "file with the token of POST /v1/shares");
  flags.on_off("allow-private-hosts", into.allow_private_hosts,
               "count links of private and loopback hosts too");
  flags.on_off("no-jsonp", into.no_jsonp, "answer JSON only, no callback of the Buffer API");
  flags.count("new-links", into.new_links, 0, 1'000'000'000,
              "links that are new here, counted an hour of a site and of an address; 0 is no limit");
  flags.decimal("rate", into.rate, 0, 1e6,
                "impressions a second and address, with ten times that at once; 0 is no limit (default: "
                "5 where client addresses are known)");
}

void add_limits(flag_set& flags, http::limits& into) {
  constexpr std::size_t most = 1 << 20;
  flags.bytes("max-target-bytes", into.target_bytes, 256, most, "longest request line (414)");
  flags.bytes("max-header-bytes", into.header_bytes, 256, most, "most header bytes (431)");
  flags.bytes("max-body-bytes", into.body_bytes, 256, std::size_t{64} << 20, "longest body (413)");
  flags.duration("header-timeout", into.header_timeout, 10ms, 1h,
                 "time from a request's first byte to its last (408)");
  flags.duration("idle-timeout", into.idle_timeout, 10ms, 24h,
                 "time between requests; longer than the balancer's");
  flags.duration("write-timeout", into.write_timeout, 10ms, 1h,
                 "time after which a reader that takes nothing is dropped");
  flags.count("max-connections", into.connections, 1, 10'000'000,
              "connections at a time; the one that is idle longest makes room for another");
  flags.bytes("max-waiting-bytes", into.waiting_bytes, 64 << 10, std::size_t{1} << 40,
              "memory of unfinished requests and answers not taken, of all connections together");
  flags.count("max-pipeline", into.pipeline, 1, 4'096, "requests of a connection answered in one write");
}

void add_operation(flag_set& flags, config& into) {
  flags.duration("drain-delay", into.drain_delay, 0ms, 1h,
                 "time between /readyz turning 503 and the end of accepting");
  flags.duration("flush-deadline", into.flush_deadline, 0ms, 1h, "time for the last flush when stopping");
  flags.on_off("core-dumps", into.core_dumps,
               "leave the process to debuggers, profilers and core files: its memory holds secrets");
  flags.choice("log-format", into.format, {{"text", log_format::text}, {"json", log_format::json}}, "FORMAT",
               "text or json");
  using text = std::string;
  flags.choice<text>("log-level", into.log_level,
                     {{"debug", "debug"}, {"info", "info"}, {"warning", "warning"}, {"error", "error"}},
                     "LEVEL", "debug, info, warning or error");
}

}  // namespace

std::vector<flag> make_flags(config& into) {
  std::vector<flag> made;
  flag_set flags(made);
  add_listeners(flags, into);
  add_counting(flags, into);
  add_policy(flags, into);
  add_limits(flags, into.limit);
  add_operation(flags, into);
  return made;
}

}  // namespace buttond
