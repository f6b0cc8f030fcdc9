#include "button/app.hpp"

#include "button/activation.hpp"
#include "button/changed_settings.hpp"
#include "button/descriptors.hpp"
#include "button/handlers/pages/public_origin.hpp"
#include "button/handlers/probe_handler.hpp"
#include "button/make_policy.hpp"
#include "button/store/open_store.hpp"
#include "button/version.hpp"
#include "common/error.hpp"
#include "common/logging.hpp"
#include "common/units.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <latch>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace buttond {
namespace {

constexpr std::chrono::seconds request_patience{10};  // of what is in flight when stopping

handler_settings make_handler_settings(const config& settings) {
  return {
      .rules = {.allow_private_hosts = settings.allow_private_hosts},
      .miss_wait = settings.miss_wait,
      .fresh = settings.fresh,
      .public_origin = settings.public_url.empty() ? std::string() : parse_public_url(settings.public_url),
      .jsonp = !settings.no_jsonp};
}

/// Readers who are to wait longer are not sent away sooner.
loader_limits make_loader_limits(std::chrono::milliseconds miss_wait) {
  loader_limits limits;
  limits.overdue_after = std::max(limits.overdue_after, miss_wait);
  return limits;
}

std::unique_ptr<rate_limiter> make_rate_limiter(double rate) {
  return rate > 0 ? std::make_unique<rate_limiter>(
                        rate_options{.per_second = rate, .burst = std::max(1.0, rate * 10)})
                  : nullptr;
}

http::server_options site_options(const config& settings, std::vector<int> inherited) {
  http::server_options options;
  options.name = "loop";
  if (inherited.empty() || settings.listen_given) options.listen = settings.listen;
  options.inherited = std::move(inherited);
  options.loops = settings.threads;
  options.proxy_protocol = settings.proxy_protocol;
  options.trusted_proxies = settings.trusted_proxies;
  options.limit = settings.limit;
  options.limit.connections = reserve_descriptors(settings.limit.connections);
  return options;
}

/// Of a listener beside the readers', with a loop of its own.
http::server_options side_options(const config& settings, std::string name) {
  http::server_options options;
  options.name = std::move(name);
  options.limit = settings.limit;
  options.limit.connections = 64;
  options.limit.connections_set_by = "of --admin and --probes";
  options.limit.idle_grace = std::chrono::seconds(1);
  options.limit.first_grace = std::chrono::seconds(10);
  return options;
}

http::server_options admin_options(const config& settings, std::vector<int> inherited) {
  http::server_options options = side_options(settings, "admin");
  if (inherited.empty()) options.listen = {settings.admin};
  options.socket_mode = 0660;
  options.inherited = std::move(inherited);
  return options;
}

http::server_options probe_options(const config& settings) {
  http::server_options options = side_options(settings, "probes");
  options.listen = {settings.probes};
  return options;
}

event_totals lesser(const event_totals& a, const event_totals& b) {
  return {std::min(a.impressions, b.impressions), std::min(a.clicks, b.clicks), std::min(a.shares, b.shares)};
}

/// What a person can paste into a browser, for a TCP address.
std::string with_scheme(const std::string& address) {
  return address.starts_with("unix:") ? address : "http://" + address;
}

}  // namespace

app::app(const command_line& line, settings_source read_again)
    : read_again_(std::move(read_again)),
      settings_(line.settings),
      said_(line.said),
      started_(clock_.monotonic()),
      handler_settings_(make_handler_settings(settings_)),
      pages_(settings_.composer_url),
      recent_(clock_),
      outage_room_(clock_),
      journal_({.directory = settings_.data,
                .loops = settings_.threads,
                .epoch = settings_.epoch,
                .sync = settings_.sync,
                .counted =
                    [this](std::span<const link_delta> links) {
                      recent_.add(links);
                      outage_room_.add(links);
                    }},
               clock_,
               [this](std::size_t loop, std::function<void()> task) { site_->post(loop, std::move(task)); }),
      store_(open_store(settings_.store), clock_),
      cache_({.bytes = settings_.cache_bytes, .fresh = settings_.fresh}, clock_),
      loader_(store_, cache_, make_loader_limits(settings_.miss_wait)),
      share_ids_(clock_),
      shares_(store_, cache_, share_ids_, fingerprint_of_, clock_, settings_.data,
              [this](std::string_view key, std::uint64_t shares) {
                journal_.count_share(fingerprint_of_(key), key, shares);
              }),
      rate_(make_rate_limiter(settings_.rate)),
      filter_(rate_.get()),
      policy_(make_policy(settings_)),
      new_links_(settings_.new_links > 0 ? std::make_unique<link_budget>(settings_.new_links) : nullptr),
      survey_(open_survey(settings_.store)),
      views_({*survey_, recent_, [this] { return turned_away_now(); },
              [this](const std::string& node) { return node == journal_.numbers().node; }, clock_},
             handler_settings_.public_origin),
      services_{handler_settings_, fingerprint_of_, cache_,    loader_, filter_, new_links_.get(),
                share_ids_,        shares_,         draining_, pages_,  views_},
      flusher_(journal_, store_, clock_),
      folder_(store_, settings_.fold, clock_),
      desk_(clock_),
      ranges_(*survey_, clock_),
      admin_hosts_(settings_.admin_hosts),
      keeper_({.take_snapshot = [this](auto done) { take_snapshot(std::move(done)); },
               .recent = recent_,
               .room = outage_room_,
               .minutes = minutes_,
               .store = *survey_,
               .time = clock_,
               .store_kind = store_.kind(),
               .keep_days = std::chrono::days(settings_.keep_days)}) {
  inherited_sockets inherited = take_inherited_sockets();
  site_ = std::make_unique<http::server>(
      site_options(settings_, std::move(inherited.site)),
      [this](std::size_t loop) { return make_site_handler(loop); }, clock_);
  if (!settings_.probes.empty()) {
    probes_ = std::make_unique<http::server>(
        probe_options(settings_), [this](std::size_t) { return std::make_unique<probe_handler>(draining_); },
        clock_);
  }
  if (settings_.admin == "off" && inherited.admin.empty()) return;
  dashboard_ = make_dashboard();
  const auto make_admin_handler = [this](std::size_t) {
    return std::make_unique<admin_handler>(
        [this](std::function<void(const metrics_snapshot&)> done) { take_snapshot(std::move(done)); },
        draining_, admin_hosts_, *dashboard_);
  };
  admin_ = std::make_unique<http::server>(admin_options(settings_, std::move(inherited.admin)),
                                          make_admin_handler, clock_);
}

app::~app() = default;

std::unique_ptr<http::request_handler> app::make_site_handler(std::size_t loop) {
  auto handler = std::make_unique<site_handler>(services_, journal_.counter(loop), policy_);
  site_handlers_.push_back(handler.get());
  return handler;
}

left_behind app::run() {
  boost::asio::io_context signals_context(1);
  boost::asio::signal_set signals(signals_context, SIGTERM, SIGINT);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that must not grow is an error of a write, like a full disk
  site_->run();
  if (probes_) probes_->run();
  if (admin_) admin_->run();
  journal_.start();
  views_.start();
  flusher_.start();
  folder_.start();
  desk_.start();
  ranges_.start();
  keeper_.start();
  if (dashboard_) dashboard_->start();
  announce();
  notify_manager("READY=1");

  signals.async_wait([&](const boost::system::error_code&, int) { signals_context.stop(); });
  boost::asio::signal_set hangups(signals_context, SIGHUP);
  const std::function<void()> wait_for_hangup = [&] {
    hangups.async_wait([&](const boost::system::error_code& ended, int) {
      if (ended) return;
      reload();
      wait_for_hangup();
    });
  };
  wait_for_hangup();
  hangups_.let_through();
  signals_context.run();
  hangups_.hold_again();
  signals.clear();  // from here on a signal does what it does by default: it ends the process
  return stop();
}

void app::reload() {
  notify_manager("RELOADING=1");
  try {
    take_over(read_again_());
  } catch (const startup_error& wrong) {
    spdlog::error("SIGHUP: nothing is changed: {}", wrong.what());
  }
  notify_manager("READY=1");
}

void app::take_over(const command_line& read) {
  const site_policy_ptr policy = make_policy(read.settings);
  changed_settings changes = compare(said_, read.said);
  const auto of_files = compare(*policy_, *policy);
  changes.taken.insert(changes.taken.end(), of_files.begin(), of_files.end());
  const bool said = std::ranges::any_of(changes.too_early,
                                        [](const std::string& line) { return line.starts_with("--store"); });
  if (read.settings.store != settings_.store && !said)
    changes.too_early.emplace_back("a secret in --store has changed: that needs a restart");
  use(policy);
  for (std::size_t i = 0; i < said_.size(); ++i) {
    if (is_taken_while_running(said_[i].flag)) said_[i] = read.said[i];
  }
  set_log_level("info");  // whatever it is else: who asked for this wants to know what came of it
  if (changes.taken.empty())
    spdlog::info("SIGHUP: read again, and nothing changed that a running server takes");
  for (const std::string& line : changes.taken) spdlog::info("SIGHUP: {}", line);
  for (const std::string& line : changes.too_early) spdlog::warn("SIGHUP: {}", line);
  set_log_level(read.settings.log_level);
}

void app::use(site_policy_ptr policy) {
  policy_ = std::move(policy);
  const auto loops = static_cast<std::ptrdiff_t>(site_handlers_.size());
  const auto taken = std::make_shared<std::latch>(loops);
  for (std::size_t loop = 0; loop < site_handlers_.size(); ++loop) {
    site_->post(loop, [handler = site_handlers_[loop], policy = policy_, taken] {
      handler->use(policy);
      taken->count_down();
    });
  }
  taken->wait();
  if (dashboard_) dashboard_->use(policy_);
}

void app::announce() const {
  spdlog::info("buttond {} ({}), node data in {}, store {}", version(), commit(), settings_.data.string(),
               store_.kind());
  spdlog::info("{} event loops, at most {} connections, {} of cache, {} of unfinished requests",
               settings_.threads, site_->numbers().connections_limit, format_bytes(settings_.cache_bytes),
               format_bytes(settings_.limit.waiting_bytes));
  std::vector<std::string> differing;
  for (const setting& each : said_) {
    if (!each.is_default) differing.push_back(fmt::format("{} {} ({})", each.flag, each.value, each.from));
  }
  if (!differing.empty())
    spdlog::info("settings: {}; all others are the defaults", fmt::join(differing, ", "));
  for (const std::string& address : site_->addresses()) spdlog::info("listening on {}", with_scheme(address));
  if (probes_) {
    for (const std::string& address : probes_->addresses())
      spdlog::info("probes on {}", with_scheme(address));
  }
  if (!admin_) return;
  for (const std::string& address : admin_->addresses()) spdlog::info("metrics on {}", with_scheme(address));
}

left_behind app::stop() {
  spdlog::info("stopping: /readyz answers 503");
  notify_manager("STOPPING=1");
  draining_ = true;
  std::this_thread::sleep_for(settings_.drain_delay);
  site_->stop_accepting();
  if (const std::size_t cut = site_->drain(request_patience); cut > 0) {
    spdlog::warn("{} connections were cut: they were not answered within {} s", cut,
                 request_patience.count());
  }
  hand_over();
  views_.stop();
  keeper_.stop();
  site_->stop();
  left_behind left = what_is_left();
  const bool nothing = left.kept == counts_left{} && !left.has_losses();
  spdlog::log(left.has_losses() ? spdlog::level::err
              : nothing         ? spdlog::level::info
                                : spdlog::level::warn,
              "{}", describe(left));
  if (admin_) admin_->stop();
  if (dashboard_) dashboard_->stop();
  desk_.stop();
  if (probes_) probes_->stop();
  return left;
}

void app::hand_over() {
  const auto until = clock_.monotonic() + settings_.flush_deadline;
  shares_.stop();  // first: what it counts is of the last epoch
  journal_.close_epoch();
  flusher_.drain(settings_.flush_deadline);
  journal_.stop();
  const auto left = std::chrono::floor<std::chrono::milliseconds>(until - clock_.monotonic());
  if (!folder_.finish(std::max(left, std::chrono::milliseconds::zero()))) {
    spdlog::warn(
        "stopping: batches may wait in the database that are not added to its links yet; any node that runs "
        "adds them");
  }
}

left_behind app::what_is_left() const {
  const journal_numbers held = journal_.numbers();
  // Reckoned from what was answered, so that nothing is forgotten which a part of the server did not hand on.
  event_totals left = held.opened;
  for (std::size_t loop = 0; loop < site_handlers_.size(); ++loop) {
    const per_kind<loop_books>& books = site_handlers_[loop]->counter().books();
    left.impressions += books.impressions.accepted;
    left.clicks += books.clicks.accepted;
  }
  left.shares = held.stored.shares + held.lost.shares + held.pending.shares;
  left -= held.stored;
  left -= held.lost;
  const kept_numbers shares = shares_.kept();
  left_behind all{.directory = settings_.data,
                  .kept = {.events = left, .shares = shares.waiting - shares.in_memory},
                  .lost = {.events = lesser(held.at_risk, left), .shares = shares.in_memory},
                  .lost_before = {.events = held.lost, .shares = shares_.numbers().lost}};
  all.kept.events -= all.lost.events;
  return all;
}

}  // namespace buttond
