#pragma once
// Runs a workload over its connections until it is exhausted, its time is over, or the operator interrupts.
// One thread, the caller's.

#include "bench/replay/connection.hpp"
#include "bench/replay/options.hpp"
#include "bench/replay/workload.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace buttond::replay {

/// How a run went, apart from the workload's books.
struct course {
  std::chrono::duration<double> elapsed{};
  std::uint64_t connections_opened = 0;
  std::uint64_t connections_broken = 0;  // with requests in flight, or by an error
  std::string last_error;                // of a connection; empty when there was none
  bool interrupted = false;
  bool gave_up = false;  // no connection for as long as --timeout
};

class runner final : private connection_owner {
 public:
  /// Throws startup_error for a server that is not ADDR:PORT.
  runner(const options& o, workload& work);

  course run();

 private:
  void idle(connection& which) override;
  void connected() override;
  void connect_failed(const boost::system::error_code& error) override;
  void broken(const boost::system::error_code& error) override;
  void finished() override;

  void wait_for_due();
  void hand_out();
  void stop_asking();
  void wait_for_end();
  void sweep();
  void wait_for_sweep();
  void end();

  boost::asio::io_context context_{1};
  boost::asio::signal_set signals_;
  boost::asio::steady_timer due_;
  boost::asio::steady_timer end_;
  boost::asio::steady_timer sweep_;
  const options& options_;
  workload& work_;
  std::vector<std::unique_ptr<connection>> connections_;
  std::deque<connection*> idle_;
  std::size_t finished_ = 0;
  bool waiting_for_due_ = false;
  moment failing_since_ = moment::max();
  course course_;
};

}  // namespace buttond::replay
