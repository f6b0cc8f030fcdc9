#include "button/app.hpp"

#include "button/activation.hpp"
#include "button/descriptors.hpp"
#include "button/handlers/pages/public_origin.hpp"
#include "button/handlers/probe_handler.hpp"
#include "button/store/open_store.hpp"
#include "button/version.hpp"
#include "common/error.hpp"
#include "common/printable.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <latch>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>

namespace buttond {
namespace {

constexpr std::chrono::seconds request_patience{10};  // of what is in flight when stopping

std::string read_token(const std::filesystem::path& file) {
  if (file.empty()) return {};
  std::ifstream in(file);
  std::string token{std::istreambuf_iterator<char>(in), {}};
  token.erase(token.find_last_not_of(" \t\r\n") + 1);
  if (!in || token.size() < 16) {
    throw startup_error("--api-token-file: " + file.string() +
                        " must hold a token of at least 16 characters; make one with: openssl rand -hex 32");
  }
  return token;
}

handler_settings make_handler_settings(const config& settings) {
  return {
      .rules = {.allow_private_hosts = settings.allow_private_hosts},
      .miss_wait = settings.miss_wait,
      .fresh = settings.fresh,
      .public_origin = settings.public_url.empty() ? std::string() : parse_public_url(settings.public_url),
      .jsonp = !settings.no_jsonp,
      .api_token = read_token(settings.api_token_file)};
}

/// Readers who are to wait longer are not sent away sooner.
loader_limits make_loader_limits(std::chrono::milliseconds miss_wait) {
  loader_limits limits;
  limits.overdue_after = std::max(limits.overdue_after, miss_wait);
  return limits;
}

std::shared_ptr<const site_list> read_sites(const config& settings) {
  auto sites = site_list::read(settings.sites, settings.site_file);
  if (!sites) throw startup_error(sites.error());
  return std::make_shared<const site_list>(std::move(*sites));
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

/// What a person can paste into a browser, for a TCP address.
std::string with_scheme(const std::string& address) {
  return address.starts_with("unix:") ? address : "http://" + address;
}

/// The snapshots of all loops, as they come in.
struct gathering {
  std::mutex mutex;
  std::size_t missing;
  metrics_snapshot all;
  std::function<void(const metrics_snapshot&)> done;
};

}  // namespace

app::app(const config& settings)
    : settings_(settings),
      handler_settings_(make_handler_settings(settings_)),
      pages_(settings_.composer_url, settings_.places),
      journal_({.directory = settings_.data,
                .loops = settings_.threads,
                .epoch = settings_.epoch,
                .sync = settings_.sync},
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
      sites_(read_sites(settings_)),
      new_links_(settings_.new_links > 0 ? std::make_unique<link_budget>(settings_.new_links) : nullptr),
      services_{handler_settings_, fingerprint_of_, cache_,  loader_,   filter_,
                new_links_.get(),  share_ids_,      shares_, draining_, pages_},
      flusher_(journal_, store_, clock_),
      folder_(store_, settings_.fold, clock_),
      admin_hosts_(settings_.admin_hosts) {
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
  const auto make_admin_handler = [this](std::size_t) {
    return std::make_unique<admin_handler>(
        [this](std::function<void(const metrics_snapshot&)> done) { take_snapshot(std::move(done)); },
        draining_, admin_hosts_);
  };
  admin_ = std::make_unique<http::server>(admin_options(settings_, std::move(inherited.admin)),
                                          make_admin_handler, clock_);
}

app::~app() = default;

std::unique_ptr<http::request_handler> app::make_site_handler(std::size_t loop) {
  auto handler = std::make_unique<site_handler>(services_, journal_.counter(loop), sites_);
  site_handlers_.push_back(handler.get());
  return handler;
}

void app::run() {
  boost::asio::io_context signals_context(1);
  boost::asio::signal_set signals(signals_context, SIGTERM, SIGINT);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that must not grow is an error of a write, like a full disk
  site_->run();
  if (probes_) probes_->run();
  if (admin_) admin_->run();
  journal_.start();
  flusher_.start();
  folder_.start();
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
  stop();
}

void app::reload() {
  reload_sites();
}

void app::reload_sites() {
  if (settings_.site_file.empty()) {
    spdlog::info("SIGHUP: there is nothing to read again; --site-file names a list that is");
    return;
  }
  auto read = site_list::read(settings_.sites, settings_.site_file);
  if (!read) {
    spdlog::error("SIGHUP: the site list stays as it was: {}", printable(read.error()));
    return;
  }
  const auto before = std::exchange(sites_, std::make_shared<const site_list>(std::move(*read)));
  const auto loops = static_cast<std::ptrdiff_t>(site_handlers_.size());
  const auto taken = std::make_shared<std::latch>(loops);
  for (std::size_t loop = 0; loop < site_handlers_.size(); ++loop) {
    site_->post(loop, [handler = site_handlers_[loop], sites = sites_, taken] {
      handler->use(sites);
      taken->count_down();
    });
  }
  taken->wait();
  spdlog::info("SIGHUP: the site list has {} hosts: {} added, {} removed", sites_->size(),
               sites_->missing_in(*before), before->missing_in(*sites_));
}

void app::announce() const {
  spdlog::info("buttond {} ({}), node data in {}, store {}", version(), commit(), settings_.data.string(),
               store_.kind());
  for (const std::string& address : site_->addresses()) spdlog::info("listening on {}", with_scheme(address));
  if (probes_) {
    for (const std::string& address : probes_->addresses())
      spdlog::info("probes on {}", with_scheme(address));
  }
  if (!admin_) return;
  for (const std::string& address : admin_->addresses()) spdlog::info("metrics on {}", with_scheme(address));
}

void app::take_snapshot(std::function<void(const metrics_snapshot&)> done) {
  auto gathered = std::make_shared<gathering>();
  gathered->missing = site_handlers_.size();
  gathered->done = std::move(done);
  // Before the loops' numbers: whatever is stored now was accepted before, so the books balance.
  gathered->all.journal = journal_.numbers();
  for (std::size_t loop = 0; loop < site_handlers_.size(); ++loop) {
    site_->post(loop, [this, loop, gathered] {
      const site_handler& handler = *site_handlers_[loop];
      const std::lock_guard lock(gathered->mutex);
      gathered->all.loops += {handler.metrics(), handler.counter().books(), handler.refused()};
      if (--gathered->missing > 0) return;
      gathered->all.cache = cache_.numbers();
      gathered->all.store = store_.numbers();
      gathered->all.folder = folder_.numbers();
      gathered->all.shares = shares_.numbers();
      gathered->all.kept_shares = shares_.kept();
      gathered->all.site = site_->numbers();
      gathered->all.draining = draining_;
      gathered->done(gathered->all);
    });
  }
}

void app::stop() {
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
  tell_what_is_left();
  if (admin_) admin_->stop();
  if (probes_) probes_->stop();
  site_->stop();
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
        "stopped: some batches in the database are not added to the links yet; a node that runs, or the next "
        "start, does it");
  }
}

void app::tell_what_is_left() const {
  const kept_numbers shares = shares_.kept();
  if (shares.in_memory > 0) {
    spdlog::error("stopped: {} shares are lost: {} could not be written, and the store was away",
                  shares.in_memory, settings_.data.string());
  }
  if (const std::size_t in_files = shares.waiting - shares.in_memory; in_files > 0) {
    spdlog::warn("stopped: {} shares are in {}, and go to the store at the next start", in_files,
                 (settings_.data / "shares").string());
  }
  const journal_numbers held = journal_.numbers();
  if (held.at_risk != event_totals{}) {
    spdlog::error(
        "stopped: {} impressions and {} clicks are lost: {} could not be written, and the store was away",
        held.at_risk.impressions, held.at_risk.clicks, settings_.data.string());
  }
  if (held.pending == event_totals{}) {
    spdlog::info("stopped: everything counted is stored");
  } else {
    spdlog::warn(
        "stopped: {} impressions and {} clicks are in the journal in {}, and go to the store at the next "
        "start",
        held.pending.impressions, held.pending.clicks, settings_.data.string());
  }
}

}  // namespace buttond
