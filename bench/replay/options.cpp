#include "bench/replay/options.hpp"

#include "common/error.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <map>

namespace buttond::replay {

namespace {

constexpr std::array<std::string_view, 5> counting_routes{"/v1/buttons", "/button/", "/button.svg",
                                                          "/seen.gif", "/pixel.gif"};

const std::map<std::string, popularity> orders{
    {"zipf", popularity::zipf}, {"uniform", popularity::uniform}, {"in-turn", popularity::in_turn}};

void check(const options& o) {
  if (o.requests == 0 && o.duration.count() == 0) {
    throw startup_error("say when to end: --requests N or --duration SECONDS");
  }
  if (!o.links_file.empty() && o.made_up_links != 0) {
    throw startup_error("--links and --made-up exclude each other");
  }
  const bool has_links = !o.links_file.empty() || o.made_up_links != 0;
  if (!has_links && counts_impressions(o.route)) {
    throw startup_error(
        fmt::format("{} needs links: --links FILE (bench/links writes one) or --made-up N", o.route));
  }
  if (!o.expect_file.empty() && !counts_impressions(o.route)) {
    throw startup_error(fmt::format("--expect makes no sense with {}, which counts no impression", o.route));
  }
  for (const std::string& header : o.headers) {
    if (header.find(": ") == std::string::npos || header.find_first_of("\r\n") != std::string::npos) {
      throw startup_error(fmt::format("--header \"{}\" is not of the form \"Name: value\"", header));
    }
  }
}

}  // namespace

bool counts_impressions(const std::string& route) {
  return std::find(counting_routes.begin(), counting_routes.end(), route) != counting_routes.end();
}

bool read_options(int argc, char** argv, options& o) {
  CLI::App app{
      "Replays links against a share-button server and checks its books.\n"
      "Knows of every impression whether its answer arrived, and compares with what the server counted."};
  app.get_formatter()->column_width(32);
  std::uint64_t duration = 0;
  std::uint64_t timeout = 10;

  app.add_option("--server", o.servers, "ADDR:PORT to load; several share the connections")
      ->capture_default_str();
  app.add_option("--route", o.route, "path to ask for; links go into its url parameter")
      ->capture_default_str();
  app.add_option("--host", o.host, "value of the Host header")->capture_default_str();
  app.add_option("--header", o.headers, "further header line \"Name: value\" (repeatable)")
      ->allow_extra_args(false);

  app.add_option("--links", o.links_file, "file with a URL a line, the most popular first");
  app.add_option("--made-up", o.made_up_links, "make up so many links instead")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}));
  app.add_flag("--allow-private-hosts", o.allow_private_hosts, "as the server's flag of that name");
  app.add_option("--popularity", o.order, "zipf, uniform or in-turn")
      ->transform(CLI::CheckedTransformer(orders).description(""))
      ->default_str("zipf");
  app.add_option("--first", o.first, "the link that in-turn begins with, from 0")->capture_default_str();
  app.add_option("--exponent", o.exponent, "of the Zipf popularity")
      ->check(CLI::Range(0.01, 10.0))
      ->capture_default_str();
  app.add_option("--seed", o.seed, "the same seed asks for the same links")->capture_default_str();

  app.add_option("--requests", o.requests, "end after so many requests");
  app.add_option("--duration", duration, "end after so many seconds");
  app.add_option("--links-per-request", o.links_per_request, "url parameters of a request")
      ->check(CLI::Range(1, 50))
      ->capture_default_str();
  app.add_option("--connections", o.connections, "open at the same time")
      ->check(CLI::Range(1, 60'000))
      ->capture_default_str();
  app.add_option("--pipeline", o.pipeline, "requests in flight on a connection")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  app.add_option("--rate", o.rate, "open loop: requests a second, latency from the moment one was due")
      ->check(CLI::Range(0.001, 1e7));
  app.add_flag("--close", o.close, "a new connection for each request");
  app.add_option("--timeout", timeout, "seconds to wait for an answer, and to keep trying to connect")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();

  app.add_option("--metrics", o.metrics, "http://ADDR:PORT/metrics of a node; several are added together");
  app.add_option("--expect", o.expect_file, "write what each link must have been counted, as JSON lines");
  app.add_option("--json", o.json_file, "write the summary as JSON");

  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help();
    return false;
  } catch (const CLI::ParseError& error) {
    throw startup_error(fmt::format("{} (--help shows every option)", error.what()));
  }
  o.duration = std::chrono::seconds(duration);
  o.timeout = std::chrono::seconds(timeout);
  if (o.close) o.pipeline = 1;
  check(o);
  return true;
}

}  // namespace buttond::replay
