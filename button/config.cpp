#include "button/config.hpp"

#include "button/config_file.hpp"
#include "button/handlers/admin_hosts.hpp"
#include "button/handlers/pages/places.hpp"
#include "button/handlers/pages/public_origin.hpp"
#include "button/handlers/pages/url_template.hpp"
#include "button/version.hpp"
#include "common/error.hpp"
#include "common/units.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <thread>

namespace buttond {
namespace {

/// Where state belongs: systemd's StateDirectory=, else the user's state directory.
std::filesystem::path default_data_directory() {
  // The configuration is read before any thread starts.
  if (const char* given = std::getenv("STATE_DIRECTORY"); given && *given) return given;
  if (const char* state = std::getenv("XDG_STATE_HOME"); state && *state) {
    return std::filesystem::path(state) / "buttond";
  }
  if (const char* home = std::getenv("HOME"); home && *home) {
    return std::filesystem::path(home) / ".local/state/buttond";
  }
  return "/var/lib/buttond";
}

/// The environment variable of a flag: BUTTOND_CACHE_BYTES for --cache-bytes.
std::string variable_of(std::string_view flag) {
  std::string name = "BUTTOND_" + std::string{flag.substr(2)};
  std::replace(name.begin(), name.end(), '-', '_');
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
  return name;
}

/// Adds flags of one kind each to `app`, every one with its environment variable.
class flag_set {
 public:
  explicit flag_set(CLI::App& app) : app_(app) {}

  template <class T>
  CLI::Option* value(const std::string& flag, T& into, const std::string& help, const std::string& type) {
    return app_.add_option(flag, into, help)
        ->envname(variable_of(flag))
        ->type_name(type)
        ->capture_default_str();
  }

  CLI::Option* flag(const std::string& flag, bool& into, const std::string& help) {
    return app_.add_flag(flag, into, help)->envname(variable_of(flag));
  }

  CLI::Option* duration(const std::string& flag, std::chrono::milliseconds& into,
                        std::chrono::milliseconds least, const std::string& help) {
    const auto read = [flag, &into, least](const std::string& text) {
      const auto parsed = parse_duration(text);
      if (!parsed)
        throw CLI::ValidationError(
            flag, fmt::format("'{}' is not a duration; write for example 500ms, 10s or 5m", text));
      if (*parsed < least) {
        throw CLI::ValidationError(
            flag, fmt::format("{} is too short; {} is the least", text, format_duration(least)));
      }
      into = *parsed;
    };
    return add_text(flag, read, help, "DURATION", format_duration(into));
  }

  CLI::Option* bytes(const std::string& flag, std::size_t& into, std::size_t least, std::size_t most,
                     const std::string& help) {
    const auto read = [flag, &into, least, most](const std::string& text) {
      const auto parsed = parse_bytes(text);
      if (!parsed)
        throw CLI::ValidationError(flag,
                                   fmt::format("'{}' is not a size; write for example 16KiB or 64MiB", text));
      if (*parsed < least || *parsed > most) {
        throw CLI::ValidationError(flag, fmt::format("{} does not do; take {} to {}", text,
                                                     format_bytes(least), format_bytes(most)));
      }
      into = *parsed;
    };
    return add_text(flag, read, help, "SIZE", format_bytes(into));
  }

  CLI::Option* count(const std::string& flag, std::size_t& into, std::size_t least, std::size_t most,
                     const std::string& help) {
    return value(flag, into, help, "NUMBER")->check(CLI::Range(least, most));
  }

 private:
  CLI::Option* add_text(const std::string& flag, const std::function<void(const std::string&)>& read,
                        const std::string& help, const std::string& type, const std::string& default_text) {
    return app_.add_option_function<std::string>(flag, read, help)
        ->envname(variable_of(flag))
        ->type_name(type)
        ->default_str(default_text);
  }

  CLI::App& app_;
};

/// A check of a flag's value: what `parse` throws is what is wrong with it.
template <class Parse>
auto checked_by(Parse parse) {
  return [parse](const std::string& text) -> std::string {
    try {
      parse(text);
      return {};
    } catch (const startup_error& error) {
      return error.what();
    }
  };
}

void add_listeners(flag_set& flags, config& into) {
  flags.value("--listen", into.listen, "where pages and balancers connect; repeatable",
              "ADDR:PORT|unix:PATH");
  flags.value("--admin", into.admin, "where /metrics is; 'off' for none", "ADDR:PORT|unix:PATH");
  flags.value("--probes", into.probes,
              "where balancers ask /healthz and /readyz only, apart from all readers", "ADDR:PORT|unix:PATH");
  flags
      .value("--admin-host", into.admin_hosts,
             "a name under which /metrics is asked for, if it is one of the public DNS; repeatable", "NAME")
      ->check(checked_by([](const std::string& text) { const admin_hosts checked({text}); }));
  flags.count("--threads", into.threads, 1, 256, "event loops, one a core");
  flags.flag("--proxy-protocol", into.proxy_protocol, "every connection begins with a PROXY v1 or v2 header");
}

void add_counting(flag_set& flags, config& into) {
  using namespace std::chrono_literals;
  flags.value(
      "--data", into.data,
      "directory of the journal, of shares that wait, of the share page's key, and of the embedded store",
      "DIR");
  flags.value("--store", into.store,
              "sqlite:FILE or mongodb://HOST/DATABASE (default: SQLite in the data directory)", "URI");
  flags.duration("--epoch", into.epoch, 10ms, "time between two flushes to the store");
  flags.duration("--fold", into.fold, 10ms,
                 "time between two folds, in which batches in MongoDB are added to its links");
  flags.duration("--sync", into.sync, 10ms, "time between two writes of the journal to the disk itself");
  flags.bytes("--cache-bytes", into.cache_bytes, 64 << 10, std::size_t{1} << 40, "memory of the count cache");
  flags.duration("--fresh", into.fresh, 0ms,
                 "age up to which a count is served without asking the store again");
  flags.duration("--miss-wait", into.miss_wait, 0ms, "wait for a count that is not in the cache, at most");
}

void add_policy(flag_set& flags, CLI::App& app, config& into, CLI::Option*& rate) {
  const auto read_networks = [&into](const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      const auto parsed = network::parse(text);
      if (!parsed)
        throw CLI::ValidationError("--trusted-proxy",
                                   fmt::format("'{}' is not a network; write for example 10.0.0.0/8", text));
      into.trusted_proxies.push_back(*parsed);
    }
  };
  app.add_option_function<std::vector<std::string>>("--trusted-proxy", read_networks,
                                                    "whose X-Forwarded-For is believed; repeatable")
      ->envname(variable_of("--trusted-proxy"))
      ->type_name("NETWORK");
  flags.value("--site", into.sites, "count only links of this host and its subdomains; repeatable", "HOST");
  flags.value("--site-file", into.site_file, "file with more such hosts, one a line; read again on SIGHUP",
              "FILE");
  flags
      .value("--public-url", into.public_url,
             "this server as pages reach it, for what / gives to copy (default: the Host of the request)",
             "URL")
      ->check(checked_by([](const std::string& text) { parse_public_url(text); }));
  flags
      .value("--composer-url", into.composer_url,
             "the share dialog: a URL with {url}, {text}, {via}, {picture} (default: the built-in page)",
             "TEMPLATE")
      ->check(checked_by([](const std::string& text) { parse_composer_url(text); }));
  flags
      .value("--place", into.places,
             "a place of the built-in share page; repeatable, in this order (default: all)", "PLACE")
      ->check(checked_by([](const std::string& text) { choose_places({text}); }));
  flags.value("--api-token-file", into.api_token_file, "file with the token of POST /v1/shares", "FILE")
      ->check(CLI::ExistingFile);
  flags.flag("--allow-private-hosts", into.allow_private_hosts,
             "count links of private and loopback hosts too");
  flags.flag("--no-jsonp", into.no_jsonp, "answer JSON only, no callback of the Buffer API");
  flags.count("--new-links", into.new_links, 0, 1'000'000'000,
              "links that are new here, counted an hour of a site and of an address; 0 is no limit");
  rate = flags
             .value("--rate", into.rate,
                    "impressions a second and address, with ten times that at once; 0 is no limit (default: "
                    "5 where client addresses are known)",
                    "NUMBER")
             ->check(CLI::Range(0.0, 1e6));
}

void add_limits(flag_set& flags, http::limits& into) {
  using namespace std::chrono_literals;
  constexpr std::size_t most = 1 << 20;
  flags.bytes("--max-target-bytes", into.target_bytes, 256, most, "longest request line (414)");
  flags.bytes("--max-header-bytes", into.header_bytes, 256, most, "most header bytes (431)");
  flags.bytes("--max-body-bytes", into.body_bytes, 256, std::size_t{64} << 20, "longest body (413)");
  flags.duration("--header-timeout", into.header_timeout, 10ms,
                 "time from a request's first byte to its last (408)");
  flags.duration("--idle-timeout", into.idle_timeout, 10ms,
                 "time between requests; longer than the balancer's");
  flags.duration("--write-timeout", into.write_timeout, 10ms,
                 "time after which a reader that takes nothing is dropped");
  flags.count("--max-connections", into.connections, 1, 10'000'000,
              "connections at a time; the one that is idle longest makes room for another");
  flags.bytes("--max-waiting-bytes", into.waiting_bytes, 64 << 10, std::size_t{1} << 40,
              "memory of unfinished requests and answers not taken, of all connections together");
  flags.count("--max-pipeline", into.pipeline, 1, 4'096, "requests of a connection answered in one write");
}

void add_operation(flag_set& flags, CLI::App& app, config& into) {
  using namespace std::chrono_literals;
  flags.duration("--drain-delay", into.drain_delay, 0ms,
                 "time between /readyz turning 503 and the end of accepting");
  flags.duration("--flush-deadline", into.flush_deadline, 0ms, "time for the last flush when stopping");
  flags.flag("--core-dumps", into.core_dumps,
             "leave the process to debuggers, profilers and core files: its memory holds secrets");
  app.add_option("--log-format", into.format, "text or json")
      ->envname(variable_of("--log-format"))
      ->type_name("FORMAT")
      ->transform(CLI::CheckedTransformer(std::map<std::string, log_format>{{"text", log_format::text},
                                                                            {"json", log_format::json}})
                      .description(""))
      ->default_str("text");
  flags.value("--log-level", into.log_level, "debug, info, warning or error", "LEVEL")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}).description(""));
}

void add_commands(CLI::App& app, command_line& into) {
  app.require_subcommand(0, 1);
  app.add_subcommand("serve", "answer buttons and count them (the default)")->fallthrough();

  auto* explain = app.add_subcommand("explain", "show how a URL becomes a key")->fallthrough();
  explain->add_option("URL", into.explain_url, "the URL")->required();
  explain->final_callback([&into] { into.verb = command::explain; });

  // Not called `import`: the formatter takes that for the beginning of a module's name.
  auto* importing =
      app.add_subcommand("import", "add or set counts from JSON Lines or CSV; also while the server runs")
          ->fallthrough();
  importing->add_option("FILE", into.import.file, "the file, or - for standard input")->required();
  auto* set = importing->add_flag("--set", into.import.set, "set the counts to these numbers");
  importing
      ->add_flag_callback(
          "--add", [] {}, "add these numbers to the counts (the default)")
      ->excludes(set);
  importing->add_flag("--dry-run", into.import.dry_run, "check the file and report, without writing");
  importing->add_option("--format", into.import.format, "jsonl or csv (default: seen from the file)")
      ->check(CLI::IsMember({"jsonl", "csv"}));
  importing->add_option("--name", into.import.name,
                        "names this import: another name counts the same file again");
  importing->final_callback([&into] { into.verb = command::import; });

  auto* exporting = app.add_subcommand("export", "write all counts as JSON Lines; also while the server runs")
                        ->fallthrough();
  exporting->add_option("FILE", into.export_file, "the file, or - for standard output");
  exporting->final_callback([&into] { into.verb = command::export_; });

  auto* moving =
      app.add_subcommand("move",
                         "a link goes on under a new address, with its counts; also while the server runs")
          ->fallthrough();
  auto* from = moving->add_option("FROM", into.move.from, "the link's old address");
  auto* to = moving->add_option("TO", into.move.to, "its new one");
  moving
      ->add_option("--file", into.move.file, "CSV with a header from,to, a link a line; - for standard input")
      ->type_name("FILE")
      ->excludes(from)
      ->excludes(to);
  moving->add_flag("--dry-run", into.move.dry_run, "say what would be moved, and change nothing");
  moving->final_callback([&into] {
    if (into.move.file.empty() && into.move.to.empty())
      throw CLI::ValidationError("move", "name FROM and TO, or a --file of them");
    into.verb = command::move;
  });

  auto* refused =
      app.add_subcommand("refused", "list what the database would not take, and try it again")->fallthrough();
  const auto retry = [&into](const std::string& id) { into.refused = {.retry = true, .id = id}; };
  refused
      ->add_option_function<std::string>("--retry", retry,
                                         "try again all that the database refused, or what has this id")
      ->type_name("[ID]")
      ->expected(0, 1);
  refused->final_callback([&into] { into.verb = command::refused; });
}

/// What depends on other flags.
void complete(config& settings, const CLI::Option* rate) {
  if (settings.store.empty()) settings.store = "sqlite:" + (settings.data / "buttond.sqlite").string();
  const bool addresses_known = settings.proxy_protocol || !settings.trusted_proxies.empty();
  if (rate->count() == 0 && addresses_known) settings.rate = 5;
  if (settings.rate > 0 && !addresses_known) {
    throw startup_error(
        "--rate: client addresses are not known; give --trusted-proxy or --proxy-protocol, or leave --rate "
        "out");
  }
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

std::optional<command_line> parse_command_line(int argc, const char* const* argv) {
  command_line parsed;
  config& settings = parsed.settings;
  settings.data = default_data_directory();
  settings.threads = std::max(1U, std::thread::hardware_concurrency());

  CLI::App app("buttond serves share buttons and counts them.", "buttond");
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.set_version_flag("--version", version_text());
  add_config_flag(app);
  flag_set flags(app);
  CLI::Option* rate = nullptr;
  add_listeners(flags, settings);
  add_counting(flags, settings);
  add_policy(flags, app, settings, rate);
  add_limits(flags, settings.limit);
  add_operation(flags, app, settings);
  add_commands(app, parsed);
  for (const char* repeatable : {"--listen", "--admin-host", "--site", "--trusted-proxy"}) {
    app.get_option(repeatable)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)->allow_extra_args(false);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& done) {
    app.exit(done);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    throw startup_error(first_line(error.what()) + " (buttond --help lists the flags)");
  }
  settings.listen_given = app.get_option("--listen")->count() > 0;
  complete(settings, rate);
  return parsed;
}

}  // namespace buttond
