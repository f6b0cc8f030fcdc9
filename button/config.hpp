#pragma once
// What the command line, the environment and the configuration file say, checked. README has the table of
// flags.

#include "button/commands/forget.hpp"
#include "button/commands/import.hpp"
#include "button/commands/move.hpp"
#include "button/commands/refused.hpp"
#include "button/http/server.hpp"
#include "common/logging.hpp"
#include "common/network.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace buttond {

struct config {
  std::vector<std::string> listen{"0.0.0.0:8080"};
  bool listen_given = false;  // else sockets that systemd hands in replace the default
  std::string admin = "127.0.0.1:8081";
  std::string probes;                    // empty: none
  std::vector<std::string> admin_hosts;  // names of admin, besides those that no stranger can have
  std::filesystem::path data;
  std::string store;  // as open_store takes it, from --store or --store-file
  std::filesystem::path store_file;
  std::size_t threads = 1;

  std::chrono::milliseconds epoch{10'000};
  std::chrono::milliseconds fold{10'000};
  std::chrono::milliseconds sync{1'000};
  std::size_t cache_bytes = std::size_t{64} << 20;
  std::chrono::milliseconds fresh{30'000};
  std::chrono::milliseconds miss_wait{50};

  std::vector<network> trusted_proxies;
  bool proxy_protocol = false;
  std::vector<std::string> sites;
  std::filesystem::path site_file;   // more of them, one a line
  std::vector<std::string> blocked;  // hosts whose links do not count, whatever `sites` says
  std::string public_url;            // as parse_public_url takes it; empty: as each request's Host says
  std::string composer_url;
  std::vector<std::string> places;  // of the built-in share page, in this order; empty: all
  std::filesystem::path api_token_file;
  bool allow_private_hosts = false;
  bool no_jsonp = false;
  std::size_t keep_days = 0;        // of sites; 0: for ever
  std::size_t new_links = 100'000;  // an hour, of a site and of an address; 0: no limit
  double rate = 0;                  // impressions a second and address; 0: no limit

  http::limits limit;
  std::chrono::milliseconds drain_delay{0};
  std::chrono::milliseconds flush_deadline{10'000};

  bool core_dumps = false;

  log_format format = log_format::text;
  std::string log_level = "info";
};

/// A flag as it came out, for whoever wants to know why.
struct setting {
  std::string flag;        // "--epoch"
  std::string value;       // as one writes it; secrets masked ("mongodb://user:***@host/db")
  std::string from;        // "default", "the command line", "BUTTOND_EPOCH", "/etc/buttond/buttond.toml:7"
  bool is_default = true;  // the same value as without it
};

/// A setting that would stop the start.
struct wrong_setting {
  std::string flag;  // "--epoch"; empty where it is none of them
  std::string what;  // one line that says where it is from, why it is wrong, and what would do
};

enum class command { serve, check, explain, import, export_, move, forget, refused };

struct command_line {
  command verb = command::serve;
  config settings;
  std::string explain_url;
  import_arguments import;
  std::string export_file = "-";
  move_arguments move;
  forget_arguments forget;
  refused_arguments refused;
  std::vector<setting> said;          // each flag, in the order of --help
  std::vector<std::string> warnings;  // what to tell before the start
  std::vector<wrong_setting> wrong;  // of `check` only, which tells them all; their settings are the defaults
};

/// Reads the command line, BUTTOND_* and --config, each of which wins over the next. Nothing when it was
/// answered already (--help, --version). Throws startup_error with one line that says which value is wrong,
/// why, and what would do. May be called again at any time; keeps nothing.
std::optional<command_line> parse_command_line(int argc, const char* const* argv);

}  // namespace buttond
