#pragma once
// One connection of the load: writes what the workload has due, as much as may be in flight, matches answers
// to requests in order, and connects again when the server closed. A request whose answer did not arrive is
// never sent twice: it may have been counted. Owned by the runner; one thread.

#include "bench/replay/answer_parser.hpp"
#include "bench/replay/workload.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace buttond::replay {

class connection;

/// Who is told what becomes of a connection.
class connection_owner {
 public:
  virtual ~connection_owner() = default;
  /// Has room for a request, and none is due. Said once until wake() is called.
  virtual void idle(connection& which) = 0;
  virtual void connected() = 0;
  virtual void connect_failed(const boost::system::error_code& error) = 0;
  virtual void broken(const boost::system::error_code& error) = 0;
  /// The last answer of an exhausted workload arrived, or will not.
  virtual void finished() = 0;
};

class connection {
 public:
  connection(boost::asio::io_context& context, boost::asio::ip::tcp::endpoint server, const options& o,
             workload& work, connection_owner& owner);

  void open();

  /// Sends what is due now; answers idle().
  void wake();

  /// Gives up on the server where its oldest answer is overdue.
  void sweep(moment now);

  /// Closes for good; what is in flight stays unanswered.
  void abandon() noexcept;

 private:
  static constexpr std::size_t input_bytes = std::size_t{64} * 1024;

  void pump();
  void write();
  void read();
  void take_input(std::size_t fresh);
  void server_closed(const boost::system::error_code& error);
  void close() noexcept;
  void retry_later();
  void finish_answer(moment now);
  void drop_flights() noexcept;
  void settle();

  std::size_t depth() const noexcept { return flights_.size(); }

  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer retry_;
  const boost::asio::ip::tcp::endpoint server_;
  const std::chrono::seconds timeout_;
  workload& work_;
  connection_owner& owner_;
  answer_parser parser_;

  std::vector<std::uint32_t> link_memory_;  // of all flights
  std::vector<flight> flights_;             // a ring
  std::size_t oldest_ = 0;
  std::size_t in_flight_ = 0;

  std::string output_;   // being written
  std::string waiting_;  // to be written next
  std::vector<char> input_;
  std::size_t input_used_ = 0;

  unsigned generation_ = 0;  // of the socket; a completion of an older one is ignored
  bool connected_ = false;
  bool useful_ = false;  // this socket brought an answer
  bool writing_ = false;
  bool idle_ = false;
  bool done_ = false;
  std::chrono::milliseconds backoff_{0};
};

}  // namespace buttond::replay
