#include "bench/replay/connection.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <cstring>

namespace buttond::replay {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds first_backoff{5};
constexpr std::chrono::milliseconds longest_backoff{250};

}  // namespace

connection::connection(asio::io_context& context, tcp::endpoint server, const options& o, workload& work,
                       connection_owner& owner)
    : socket_(context),
      retry_(context),
      server_(std::move(server)),
      timeout_(o.timeout),
      work_(work),
      owner_(owner),
      link_memory_(o.pipeline * work.links_per_request()),
      flights_(o.pipeline),
      input_(input_bytes) {
  for (std::size_t i = 0; i < flights_.size(); ++i) {
    flights_[i].links =
        std::span(link_memory_).subspan(i * work.links_per_request(), work.links_per_request());
  }
}

void connection::open() {
  socket_.async_connect(server_, [this, generation = generation_](const error_code& error) {
    if (generation != generation_) return;
    if (error) {
      owner_.connect_failed(error);
      retry_later();
      return;
    }
    error_code ignored;
    socket_.set_option(tcp::no_delay(true), ignored);
    connected_ = true;
    useful_ = false;
    owner_.connected();
    pump();
    if (!done_) read();
  });
}

void connection::wake() {
  idle_ = false;
  pump();
}

void connection::pump() {
  if (!connected_ || done_) return;
  const moment now = std::chrono::steady_clock::now();
  while (in_flight_ < depth() && work_.take(now, waiting_, flights_[(oldest_ + in_flight_) % depth()])) {
    ++in_flight_;
  }
  if (!writing_ && !waiting_.empty()) write();
  settle();
}

// Says where this connection stands after a change.
void connection::settle() {
  if (work_.exhausted()) {
    if (in_flight_ == 0 && !done_) {
      done_ = true;
      close();
      owner_.finished();
    }
  } else if (in_flight_ < depth() && !idle_) {
    idle_ = true;
    owner_.idle(*this);
  }
}

void connection::write() {
  writing_ = true;
  output_.swap(waiting_);
  waiting_.clear();
  asio::async_write(socket_, asio::buffer(output_),
                    [this, generation = generation_](const error_code& error, std::size_t) {
                      if (generation != generation_) return;
                      writing_ = false;
                      // A broken pipe is left to the reader: answers may have arrived before it.
                      if (!error && !waiting_.empty()) write();
                    });
}

void connection::read() {
  socket_.async_read_some(asio::buffer(input_.data() + input_used_, input_.size() - input_used_),
                          [this, generation = generation_](const error_code& error, std::size_t size) {
                            if (generation != generation_) return;
                            if (error) {
                              server_closed(error);
                            } else {
                              take_input(size);
                            }
                          });
}

void connection::take_input(std::size_t fresh) {
  input_used_ += fresh;
  const moment now = std::chrono::steady_clock::now();
  std::size_t taken = 0;
  while (taken < input_used_) {
    error_code error;
    if (in_flight_ == 0) error = asio::error::invalid_argument;  // an answer that nothing asked for
    const std::size_t step = error ? 0 : parser_.put(input_.data() + taken, input_used_ - taken, error);
    if (error) {
      server_closed(error);
      return;
    }
    taken += step;
    if (parser_.done()) {
      const bool stays_open = parser_.get().keep_alive;
      finish_answer(now);
      parser_.reset();
      if (!stays_open) {
        server_closed({});
        return;
      }
    } else if (step == 0) {
      break;
    }
  }
  input_used_ -= taken;
  if (input_used_ == input_.size()) {
    server_closed(asio::error::message_size);
    return;
  }
  std::memmove(input_.data(), input_.data() + taken, input_used_);
  pump();
  if (!done_) read();
}

// Also when the answer said `Connection: close`, then without an error.
void connection::server_closed(const error_code& error) {
  if (error == asio::error::eof && in_flight_ != 0 && parser_.put_eof())
    finish_answer(std::chrono::steady_clock::now());
  if (in_flight_ != 0 || (error && error != asio::error::eof)) owner_.broken(error);
  drop_flights();
  close();
  if (work_.exhausted()) {
    settle();
  } else if (useful_) {
    backoff_ = {};
    open();
  } else {
    retry_later();
  }
}

// So that a server which refuses everybody is not drowned in attempts.
void connection::retry_later() {
  close();
  if (work_.exhausted()) {
    settle();
    return;
  }
  backoff_ = std::clamp(backoff_ * 2, first_backoff, longest_backoff);
  retry_.expires_after(backoff_);
  retry_.async_wait([this, generation = generation_](const error_code& error) {
    if (!error && generation == generation_) open();
  });
}

void connection::sweep(moment now) {
  if (connected_ && in_flight_ != 0 && now - flights_[oldest_].sent > timeout_)
    server_closed(asio::error::timed_out);
}

void connection::abandon() noexcept {
  done_ = true;
  drop_flights();
  close();
}

void connection::close() noexcept {
  error_code ignored;
  socket_.close(ignored);
  retry_.cancel();
  ++generation_;
  connected_ = false;
  writing_ = false;
  waiting_.clear();
  input_used_ = 0;
  parser_.reset();
}

void connection::finish_answer(moment now) {
  work_.answered(flights_[oldest_], parser_.get().status, now);
  oldest_ = (oldest_ + 1) % depth();
  --in_flight_;
  useful_ = true;
}

void connection::drop_flights() noexcept {
  for (; in_flight_ != 0; --in_flight_) {
    work_.unanswered(flights_[oldest_]);
    oldest_ = (oldest_ + 1) % depth();
  }
}

}  // namespace buttond::replay
