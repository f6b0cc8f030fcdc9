#include "tests/unit/http_fixture.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <charconv>
#include <future>
#include <stdexcept>
#include <thread>

namespace buttond::http::testing {
namespace {

class test_deferred final : public deferred_answer {
 public:
  enum class kind { released, soon, never, at_once };

  test_deferred(std::shared_ptr<test_handler::shared> with, kind is) : shared_(std::move(with)), kind_(is) {}
  ~test_deferred() override {
    if (helper_.joinable()) helper_.join();
  }

  void start(std::function<void()> wake) override {
    ++shared_->waiting;
    if (kind_ == kind::at_once) {
      wake();
    } else if (kind_ == kind::released) {
      shared_->add_waiter(std::move(wake));
    } else if (kind_ == kind::soon) {
      helper_ = std::thread(std::move(wake));
    }
  }

  std::chrono::milliseconds patience() const noexcept override {
    return kind_ == kind::never ? std::chrono::milliseconds{50} : std::chrono::seconds{20};
  }

  void finish(response& out) override {
    --shared_->waiting;
    out.body = "waited";
  }

 private:
  std::shared_ptr<test_handler::shared> shared_;
  kind kind_;
  std::thread helper_;
};

void echo(const request& in, response& out) {
  const auto line = [&](std::string_view name, std::string_view value) {
    out.body.append(name).append("=").append(value).append("\n");
  };
  constexpr std::string_view verbs[] = {"get", "head", "post", "options", "other"};
  line("verb", verbs[static_cast<std::size_t>(in.verb)]);
  line("target", in.target);
  line("path", in.path);
  line("query", in.query);
  line("host", in.host);
  line("agent", in.user_agent);
  line("purpose", in.sec_purpose);
  line("dnt", in.do_not_track ? "1" : "0");
  line("body", in.body);
  if (in.client) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(AF_INET6, in.client->data(), text.data(), text.size());
    line("client", text.data());
  }
}

constexpr int patience_ms = 10'000;

bool wait_for(int fd, short events, int milliseconds) {
  pollfd waiting{fd, events, 0};
  return ::poll(&waiting, 1, milliseconds) == 1;
}

}  // namespace

void test_handler::shared::add_waiter(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  waiters_.push_back(std::move(wake));
}

void test_handler::shared::release() {
  const std::lock_guard lock(mutex_);
  for (const auto& wake : waiters_) wake();
  waiters_.clear();
}

std::shared_ptr<deferred_answer> test_handler::handle(const request& in, response& out) {
  ++shared_->handled;
  using kind = test_deferred::kind;
  if (in.path == "/echo") {
    echo(in, out);
  } else if (in.path == "/large") {
    out.body.assign(shared_->large_bytes, 'x');
  } else if (in.path == "/wait") {
    return std::make_shared<test_deferred>(shared_, kind::released);
  } else if (in.path == "/soon") {
    return std::make_shared<test_deferred>(shared_, kind::soon);
  } else if (in.path == "/never") {
    return std::make_shared<test_deferred>(shared_, kind::never);
  } else if (in.path == "/at-once") {
    return std::make_shared<test_deferred>(shared_, kind::at_once);
  } else if (in.path == "/throw") {
    throw std::runtime_error("a handler failed");
  } else {
    out.static_body = "hello";
  }
  return nullptr;
}

bool test_handler::takes_body(const request&, response&) {
  return true;
}

void test_handler::refuse(std::uint16_t status, std::string_view reason, response& out) {
  out.status = status;
  out.body = reason;
}

void test_handler::answered(std::uint16_t, std::uint8_t, std::chrono::nanoseconds taken) noexcept {
  ++shared_->answered;
  if (taken.count() > shared_->longest_ns) shared_->longest_ns = taken.count();
}

test_server::test_server(server_options options, const clock& time) {
  if (options.name.empty()) options.name = "test";
  if (options.listen.empty() && options.inherited.empty()) options.listen = {"127.0.0.1:0"};
  server_ = std::make_unique<server>(
      options, [this](std::size_t) { return std::make_unique<test_handler>(shared_); }, time);
  server_->run();
}

test_server::~test_server() {
  shared_->release();
}

void test_server::settle() {
  std::promise<void> ran;
  server_->post(0, [&] { ran.set_value(); });
  ran.get_future().wait();
}

const clock& test_server::default_clock() {
  static const system_clock instance;
  return instance;
}

test_client::test_client(const std::string& address) {
  if (address.starts_with("unix:")) {
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    address.copy(to.sun_path, sizeof(to.sun_path) - 1, 5);
    socket_ = unique_fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0) return;
  } else {
    const bool six = address.front() == '[';
    const auto port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
    socket_ = unique_fd(::socket(six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_port = htons(port);
    four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr_in6 to_six{};
    to_six.sin6_family = AF_INET6;
    to_six.sin6_port = htons(port);
    to_six.sin6_addr = in6addr_loopback;
    // Each send is a packet of its own.
    const int on = 1;
    ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    const auto* to =
        six ? reinterpret_cast<const sockaddr*>(&to_six) : reinterpret_cast<const sockaddr*>(&four);
    if (::connect(socket_.get(), to, six ? sizeof(to_six) : sizeof(four)) == 0) return;
  }
  throw std::runtime_error("cannot connect to " + address);
}

bool test_client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void test_client::shut_down_sending() {
  ::shutdown(socket_.get(), SHUT_WR);
}

void test_client::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  socket_ = unique_fd();
}

bool test_client::read_more() {
  if (!wait_for(socket_.get(), POLLIN, patience_ms)) return false;
  std::array<char, 65536> buffer;
  const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
  if (count <= 0) return false;
  input_.append(buffer.data(), static_cast<std::size_t>(count));
  return true;
}

std::string test_client::receive(bool head) {
  std::size_t end = 0;
  while ((end = input_.find("\r\n\r\n")) == std::string::npos)
    if (!read_more()) return std::exchange(input_, {});
  end += 4;
  constexpr std::string_view length_field = "Content-Length: ";
  const auto length_at = input_.find(length_field);
  if (!head && length_at < end) {
    std::size_t length = 0;
    std::from_chars(input_.data() + length_at + length_field.size(), input_.data() + end, length);
    end += length;
  }
  while (input_.size() < end)
    if (!read_more()) return std::exchange(input_, {});
  std::string answer = input_.substr(0, end);
  input_.erase(0, end);
  return answer;
}

std::string test_client::receive_all() {
  while (read_more()) continue;
  return std::exchange(input_, {});
}

bool test_client::is_closed(std::chrono::milliseconds patience) {
  if (!wait_for(socket_.get(), POLLIN, static_cast<int>(patience.count()))) return false;
  char byte = 0;
  return ::recv(socket_.get(), &byte, 1, MSG_PEEK) == 0;
}

std::string talk(test_server& to, std::string_view bytes) {
  test_client client(to->addresses().front());
  client.send(bytes);
  client.shut_down_sending();
  return client.receive_all();
}

int status_of(std::string_view answer) {
  int status = 0;
  if (answer.starts_with("HTTP/1.1 ") && answer.size() > 12)
    std::from_chars(answer.data() + 9, answer.data() + 12, status);
  return status;
}

std::string_view body_of(std::string_view answer) {
  const auto end = answer.find("\r\n\r\n");
  return end == std::string_view::npos ? std::string_view() : answer.substr(end + 4);
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size()))
    ++count;
  return count;
}

bool eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  return true;
}

}  // namespace buttond::http::testing
