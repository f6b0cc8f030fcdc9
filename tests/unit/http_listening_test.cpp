#include "tests/unit/allocation_count.hpp"
#include "tests/unit/http_fixture.hpp"

#include <catch2/catch.hpp>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <vector>

using namespace buttond;
using namespace buttond::http;
using namespace buttond::http::testing;
using namespace std::string_literals;
using namespace std::chrono_literals;

namespace {

const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

std::string get_path(const std::string& path, const std::string& fields = {}) {
  return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

/// The descriptor of this process that listens on `address`.
int listening_descriptor(const std::string& address) {
  const auto port = std::stoi(address.substr(address.rfind(':') + 1));
  for (int fd = 3; fd < 1024; ++fd) {
    sockaddr_in bound{};
    socklen_t length = sizeof bound;
    int listens = 0;
    socklen_t listens_length = sizeof listens;
    if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &listens_length) == 0 && listens != 0 &&
        ::getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &length) == 0 && ntohs(bound.sin_port) == port)
      return fd;
  }
  return -1;
}

std::string bind_to_unix_socket(const std::string& name) {
  return "unix:/tmp/buttond-http-test-" + std::to_string(::getpid()) + "-" + name;
}

}  // namespace

TEST_CASE("It listens on several addresses of all kinds", "[http][concurrent]") {
  server_options options;
  options.loops = 2;
  const std::string path = bind_to_unix_socket("kinds");
  options.listen = {"127.0.0.1:0", "[::1]:0", path};
  {
    test_server server(options);
    REQUIRE(server->addresses().size() == 3);
    CHECK(server->addresses()[1].starts_with("[::1]:"));
    CHECK(server->addresses()[2] == path);
    for (const std::string& address : server->addresses()) {
      CAPTURE(address);
      for (int i = 0; i < 20; ++i) {
        test_client client(address);
        client.send(get);
        REQUIRE(body_of(client.receive()) == "hello");
      }
    }
  }
  struct stat status {};
  CHECK(::stat(path.substr(5).c_str(), &status) != 0);
}

TEST_CASE("The file of a socket is taken over from the dead, not from the living", "[http][concurrent]") {
  server_options options;
  const std::string path = bind_to_unix_socket("stale");
  options.listen = {path};
  {
    test_server living(options);
    CHECK_THROWS_WITH(test_server(options), Catch::Contains("already in use"));
    test_client client(path);
    client.send(get);
    CHECK(body_of(client.receive()) == "hello");
    CHECK(::link(path.substr(5).c_str(), (path.substr(5) + ".kept").c_str()) == 0);
  }
  REQUIRE(::rename((path.substr(5) + ".kept").c_str(), path.substr(5).c_str()) == 0);
  test_server heir(options);
  test_client client(path);
  client.send(get);
  CHECK(body_of(client.receive()) == "hello");
}

TEST_CASE("A port in use stops the start, with as many loops as you like", "[http][concurrent]") {
  for (const std::size_t loops : {1U, 2U}) {
    server_options options;
    options.loops = loops;
    test_server server(options);
    options.listen = server->addresses();
    CHECK_THROWS_WITH(test_server(options), Catch::Contains("cannot listen on 127.0.0.1:") &&
                                                Catch::Contains("choose another address"));
  }
}

TEST_CASE("What is not an address is named", "[http][concurrent]") {
  for (const char* where : {"8080", "localhost:8080", "127.0.0.1:", "127.0.0.1:x", ":", "::1", "unix:"}) {
    server_options options;
    options.listen = {where};
    CHECK_THROWS_WITH(test_server(options), Catch::Contains("cannot listen on "s + where + ":"));
  }
}

TEST_CASE("A socket that was handed in is served by every loop", "[http][concurrent]") {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0);
  REQUIRE(::listen(fd, 100) == 0);
  server_options options;
  options.inherited = {fd};
  options.loops = 2;
  test_server server(options);
  for (int i = 0; i < 50; ++i) REQUIRE(body_of(talk(server, get)) == "hello");

  server_options wrong;
  wrong.inherited = {::socket(AF_INET, SOCK_STREAM, 0)};
  CHECK_THROWS_WITH(test_server(wrong), Catch::Contains("not a listening socket"));
}

TEST_CASE("A task is run by the loop, or by who posts it where there is none", "[http][concurrent]") {
  test_server server;
  std::atomic<bool> ran = false;
  std::thread::id by;
  server->post(0, [&] {
    by = std::this_thread::get_id();
    ran = true;
  });
  REQUIRE(eventually([&] { return ran.load(); }));
  CHECK(by != std::this_thread::get_id());
  server->stop();
  server->post(0, [&] { by = std::this_thread::get_id(); });
  CHECK(by == std::this_thread::get_id());
}

TEST_CASE("A listening socket that is broken holds up neither its loop nor the stop", "[http][concurrent]") {
  test_server server;
  test_client before(server->addresses().front());
  before.send(get);
  CHECK(body_of(before.receive()) == "hello");
  const int listening = listening_descriptor(server->addresses().front());
  REQUIRE(::shutdown(listening, SHUT_RDWR) == 0);  // accept fails with EINVAL from now on
  before.send(get);
  CHECK(body_of(before.receive()) == "hello");
  server->stop_accepting();  // returns
}

TEST_CASE("Draining answers what is in flight and closes the rest", "[http][concurrent]") {
  server_options options;
  options.loops = 2;
  test_server server(options);
  const std::string address = server->addresses().front();
  test_client idle(address);
  test_client busy(address);
  busy.send(get_path("/wait"));
  REQUIRE(eventually([&] { return server.handler().waiting == 1; }));
  REQUIRE(eventually([&] { return server->numbers().connections == 2; }));

  server->stop_accepting();
  CHECK_THROWS(test_client(address));
  idle.send(get);
  CHECK(idle.receive().find("Connection: close\r\n\r\nhello") != std::string::npos);

  test_client& waiting = busy;
  std::thread helper([&] {
    CHECK_FALSE(waiting.is_closed(50ms));
    server.handler().release();
  });
  CHECK(server->drain(10s) == 0);
  helper.join();
  const std::string answer = busy.receive_all();
  CHECK(answer.find("Connection: close\r\n\r\nwaited") != std::string::npos);
  CHECK(server->numbers().connections == 0);
}

TEST_CASE("Draining does not wait for a silent connection", "[http][concurrent]") {
  test_server server;
  test_client idle(server->addresses().front());
  idle.send(get);
  CHECK(body_of(idle.receive()) == "hello");
  const auto before = std::chrono::steady_clock::now();
  CHECK(server->drain(10s) == 0);
  CHECK(std::chrono::steady_clock::now() - before < 5s);
  CHECK(idle.receive_all().empty());
}

TEST_CASE("Who has just connected is answered while the server drains", "[http][concurrent]") {
  test_server server;
  test_client fresh(server->addresses().front());
  test_client silent(server->addresses().front());
  REQUIRE(eventually([&] { return server->numbers().connections == 2; }));
  std::thread asks([&] {
    CHECK_FALSE(fresh.is_closed(10ms));
    fresh.send(get);
  });
  CHECK(server->drain(10s) == 0);
  asks.join();
  CHECK(fresh.receive_all().find("Connection: close\r\n\r\nhello") != std::string::npos);
  CHECK(silent.receive_all().empty());
  CHECK(server->numbers().connections == 0);
}

TEST_CASE("A connection that a balancer keeps is told to close, and not closed under its next request",
          "[http][concurrent]") {
  buttond::testing::still_clock time;
  test_server server({}, time);
  test_client balancer(server->addresses().front());
  balancer.send(get);
  CHECK(body_of(balancer.receive()) == "hello");
  time.advance(1min);  // one of many that it keeps, and takes when the others are in use
  std::thread asks([&] {
    CHECK_FALSE(balancer.is_closed(50ms));
    balancer.send(get);
  });
  CHECK(server->drain(10s) == 0);
  asks.join();
  CHECK(balancer.receive_all().find("Connection: close\r\n\r\nhello") != std::string::npos);
}

TEST_CASE("Draining ends in time, and tells how many it cut", "[http][concurrent]") {
  test_server server;
  test_client busy(server->addresses().front());
  busy.send(get_path("/wait"));
  REQUIRE(eventually([&] { return server.handler().waiting == 1; }));
  CHECK(server->drain(20ms) == 1);
  CHECK(busy.receive_all().empty());
  CHECK(server->numbers().connections == 0);
}

TEST_CASE("Every answer is reported with how long it took", "[http][concurrent]") {
  buttond::testing::still_clock time;
  test_server server({}, time);
  test_client client(server->addresses().front());
  client.send(get_path("/wait"));
  REQUIRE(eventually([&] { return server.handler().waiting == 1; }));
  time.advance(7ms);
  server.handler().release();
  REQUIRE(body_of(client.receive()) == "waited");
  REQUIRE(eventually([&] { return server.handler().answered == 1; }));
  CHECK(server.handler().longest_ns == 7'000'000);
}
