#include "bench/replay/runner.hpp"

#include "common/error.hpp"

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <csignal>

namespace buttond::replay {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds sweep_interval{100};

tcp::endpoint endpoint_of(const std::string& server) {
  const auto colon = server.rfind(':');
  std::string host = server.substr(0, colon);
  if (host.size() > 1 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  error_code error;
  const auto address = asio::ip::make_address(host, error);
  std::uint16_t port = 0;
  if (colon != std::string::npos) {
    std::from_chars(server.data() + colon + 1, server.data() + server.size(), port);
  }
  if (error || port == 0) {
    throw startup_error(fmt::format("--server {} is not ADDR:PORT, for example 127.0.0.1:8080", server));
  }
  return {address, port};
}

}  // namespace

runner::runner(const options& o, workload& work)
    : signals_(context_, SIGINT, SIGTERM),
      due_(context_),
      end_(context_),
      sweep_(context_),
      options_(o),
      work_(work) {
  std::vector<tcp::endpoint> servers;
  for (const std::string& server : o.servers) servers.push_back(endpoint_of(server));
  connection_owner& owner = *this;
  for (std::size_t i = 0; i < o.connections; ++i) {
    connections_.push_back(
        std::make_unique<connection>(context_, servers[i % servers.size()], o, work_, owner));
  }
}

course runner::run() {
  const moment begin = std::chrono::steady_clock::now();
  work_.start(begin);
  for (const auto& each : connections_) each->open();

  signals_.async_wait([this](const error_code& error, int) {
    if (error) return;
    course_.interrupted = true;
    stop_asking();
  });
  if (options_.duration.count() != 0) {
    end_.expires_after(options_.duration);
    end_.async_wait([this](const error_code& error) {
      if (!error) stop_asking();
    });
  }
  wait_for_sweep();
  context_.run();
  course_.elapsed = std::chrono::steady_clock::now() - begin;
  return course_;
}

void runner::idle(connection& which) {
  idle_.push_back(&which);
  if (!waiting_for_due_) wait_for_due();
}

void runner::wait_for_due() {
  waiting_for_due_ = true;
  due_.expires_at(work_.next_due());
  due_.async_wait([this](const error_code& error) {
    if (error) return;
    waiting_for_due_ = false;
    hand_out();
  });
}

void runner::hand_out() {
  if (work_.exhausted()) {
    stop_asking();
    return;
  }
  const moment now = std::chrono::steady_clock::now();
  // Each at most once: one that is closed at the moment, or still has room, does not come twice.
  for (std::size_t left = idle_.size(); left != 0 && !work_.exhausted() && work_.next_due() <= now; --left) {
    connection& first = *idle_.front();
    idle_.pop_front();
    first.wake();
  }
  if (!idle_.empty() && !waiting_for_due_) wait_for_due();
}

void runner::connected() {
  ++course_.connections_opened;
  failing_since_ = moment::max();
}

void runner::connect_failed(const error_code& error) {
  course_.last_error = error.message();
  failing_since_ = std::min(failing_since_, std::chrono::steady_clock::now());
}

void runner::broken(const error_code& error) {
  ++course_.connections_broken;
  course_.last_error = error ? error.message() : "closed with requests in flight";
}

void runner::finished() {
  if (++finished_ == connections_.size()) end();
}

// From here on only what is in flight is waited for, each answer as long as --timeout.
void runner::stop_asking() {
  work_.stop();
  end_.cancel();
  due_.cancel();
  idle_.clear();
  for (const auto& each : connections_) each->wake();
}

void runner::wait_for_sweep() {
  sweep_.expires_after(sweep_interval);
  sweep_.async_wait([this](const error_code& error) {
    if (!error) sweep();
  });
}

void runner::sweep() {
  const moment now = std::chrono::steady_clock::now();
  if (failing_since_ != moment::max() && now - failing_since_ > options_.timeout) {
    course_.gave_up = true;
    work_.stop();
    for (const auto& each : connections_) each->abandon();
    end();
    return;
  }
  for (const auto& each : connections_) each->sweep(now);
  if (finished_ != connections_.size()) wait_for_sweep();
}

void runner::end() {
  signals_.cancel();
  due_.cancel();
  end_.cancel();
  sweep_.cancel();
}

}  // namespace buttond::replay
