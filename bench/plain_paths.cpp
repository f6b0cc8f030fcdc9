// The microseconds that the paths for what is plain take, and those that the rules take alone, for what a
// browser sends: the head of its request (http/plain_head beside Beast) and the URL of its page
// (common/plain_key beside key_maker). Prints them as JSON; bench/workloads/plain_paths.py runs it.

#include "bench/replay/links.hpp"
#include "bench/replay/workload.hpp"
#include "button/http/limits.hpp"
#include "button/http/request_parser.hpp"
#include "common/key_maker.hpp"
#include "common/plain_key.hpp"
#include "common/url_key.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace buttond;

constexpr std::size_t links_count = 1'000;  // so many that a branch predictor does not know them by heart
constexpr int passes = 200;

double cpu_microseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

/// Microseconds of `work(text)`, which says whether it was done, for one of `texts`.
template <class Work>
double each(const std::vector<std::string>& texts, Work work) {
  bool all_done = true;
  for (const std::string& text : texts) all_done &= work(text);  // into the caches
  const double begin = cpu_microseconds();
  for (int pass = 0; pass < passes; ++pass)
    for (const std::string& text : texts) all_done &= work(text);
  const double taken = cpu_microseconds() - begin;
  if (!all_done) {
    fmt::print(stderr, "plain_paths: a request was not answered as a hit is\n");
    std::exit(EXIT_FAILURE);
  }
  return taken / passes / static_cast<double>(texts.size());
}

std::vector<std::string> requests_of(const replay::links& links) {
  replay::options options;
  options.order = replay::popularity::in_turn;
  replay::workload browser(options, &links);
  std::vector<std::string> requests(links.size());
  std::array<std::uint32_t, 1> asked{};
  replay::flight flight{{}, {}, asked};
  for (std::string& request : requests) browser.take({}, request, flight);
  return requests;
}

std::vector<std::string> urls_of(const replay::links& links) {
  std::vector<std::string> urls(links.size());
  for (std::uint32_t i = 0; i < links.size(); ++i) urls[i] = "https://" + links.key(i);
  return urls;
}

}  // namespace

int main() {
  const auto links = replay::links::made_up(links_count);
  const std::vector<std::string> requests = requests_of(links);
  const std::vector<std::string> urls = urls_of(links);

  const http::limits bounds;
  http::request asked;
  http::forwarded_lines forwarded;
  const auto head = [&](auto parse) {
    return each(requests, [&](std::string_view input) {
      return parse(input, bounds, asked, forwarded).is == http::parsed::state::complete;
    });
  };
  const double plain_head = head(http::parse_request);
  const double any_head = head(http::parse_any_request);

  const key_rules rules;
  key_buffer buffer;
  const double plain_key =
      each(urls, [&](std::string_view url) { return make_key(url, rules, buffer).has_value(); });
  const double any_key = each(urls, [&](std::string_view url) {
    no_observer nobody;
    return key_maker<no_observer>(rules, buffer, nobody).make(url).has_value();
  });
  fmt::print(
      "{{\"head\": {{\"plain\": {:.4f}, \"rules\": {:.4f}}}, \"key\": {{\"plain\": {:.4f}, \"rules\": "
      "{:.4f}}}}}\n",
      plain_head, any_head, plain_key, any_key);
}
