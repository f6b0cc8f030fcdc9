#include "tests/unit/allocation_count.hpp"
#include "tests/unit/http_fixture.hpp"

#include <catch2/catch.hpp>

#include <future>
#include <memory>
#include <optional>
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

}  // namespace

TEST_CASE("A request is answered, and the connection stays open", "[http][concurrent]") {
  test_server server;
  test_client client(server->addresses().front());
  for (int i = 0; i < 3; ++i) {
    client.send(get);
    const std::string answer = client.receive();
    CHECK(answer.starts_with("HTTP/1.1 200 OK\r\nDate: "));
    CHECK(answer.ends_with(" GMT\r\nContent-Length: 5\r\n\r\nhello"));
  }
  CHECK(eventually([&] { return server.handler().answered == 3; }));
  CHECK(server->numbers().connections == 1);
}

TEST_CASE("The date is the clock's", "[http][concurrent]") {
  const buttond::testing::still_clock time;
  test_server server({}, time);
  CHECK(talk(server, get).find("Date: Sat, 14 Mar 2026 13:00:00 GMT\r\n") != std::string::npos);
}

TEST_CASE("HEAD says what GET would, without the body", "[http][concurrent]") {
  test_server server;
  test_client client(server->addresses().front());
  client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + get);
  CHECK(client.receive(true).ends_with("Content-Length: 5\r\n\r\n"));
  CHECK(body_of(client.receive()) == "hello");
}

TEST_CASE("HTTP/1.0 closes unless it asks not to", "[http][concurrent]") {
  test_server server;
  test_client closing(server->addresses().front());
  closing.send("GET / HTTP/1.0\r\n\r\n");
  CHECK(closing.receive_all().find("Connection: close\r\n\r\nhello") != std::string::npos);
  test_client keeping(server->addresses().front());
  keeping.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  CHECK(keeping.receive().find("Connection: keep-alive\r\n\r\nhello") != std::string::npos);
  keeping.send(get);
  CHECK(body_of(keeping.receive()) == "hello");
}

TEST_CASE("A request split at every byte is the same request", "[http][concurrent]") {
  test_server server;
  const std::vector<std::string> requests{
      get_path("/echo?a=%00+b", "X-Forwarded-For: 192.0.2.1\r\nSec-GPC: 1\r\n"),
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello\r\nworl",
      "\r\n" + get_path("http://b/echo"),
      "HEAD /echo HTTP/1.1\r\nHost: a\r\n\r\n",
  };
  for (const std::string& request : requests) {
    const bool head = request.starts_with("HEAD");
    test_client client(server->addresses().front());
    client.send(request);
    const std::string whole = client.receive(head);
    REQUIRE(status_of(whole) == 200);
    for (std::size_t at = 1; at < request.size(); ++at) {
      CAPTURE(at);
      const auto handled = server.handler().handled.load();
      client.send(std::string_view(request).substr(0, at));
      client.send(std::string_view(request).substr(at));
      REQUIRE(body_of(client.receive(head)) == body_of(whole));
      REQUIRE(server.handler().handled == handled + 1);
    }
    for (const char byte : request) client.send({&byte, 1});
    REQUIRE(body_of(client.receive(head)) == body_of(whole));
  }
}

TEST_CASE("A thousand pipelined requests are answered in order", "[http][concurrent]") {
  test_server server;
  std::string requests;
  for (int i = 0; i < 1000; ++i) requests += get_path("/echo?" + std::to_string(i));
  test_client client(server->addresses().front());
  client.send(requests);
  for (int i = 0; i < 1000; ++i)
    REQUIRE(client.receive().find("query=" + std::to_string(i) + "\n") != std::string::npos);
  CHECK(eventually([&] { return server.handler().answered == 1000; }));
}

TEST_CASE("A request on a warm connection allocates nothing", "[http][concurrent]") {
  test_server server;
  test_client client(server->addresses().front());
  const auto allocated = [&] {
    std::promise<std::size_t> count;
    server->post(0, [&] { count.set_value(allocations()); });
    return count.get_future().get();
  };
  const std::string request =
      get_path("/", "User-Agent: Mozilla/5.0\r\nAccept-Encoding: gzip, br\r\nDNT: 1\r\n");
  const auto ask = [&](int times) {
    for (int i = 0; i < times; ++i) {
      client.send(request);
      REQUIRE(status_of(client.receive()) == 200);
    }
  };
  ask(100);
  const std::size_t before = allocated();
  ask(10'000);
  CHECK(allocated() == before);
}

TEST_CASE("A client that shuts down its side gets its answers, and then the end", "[http][concurrent]") {
  test_server server;
  CHECK(count_of(talk(server, get + get + get), "hello") == 3);
  CHECK(count_of(talk(server, get_path("/soon") + get), "HTTP/1.1 200 OK") == 2);
  CHECK(talk(server, "GET / HT").empty());
  CHECK(talk(server, "").empty());
  CHECK(eventually([&] { return server->numbers().connections == 0; }));
}

TEST_CASE("A reset in the middle ends the connection and nothing else", "[http][concurrent]") {
  test_server server;
  for (const std::string& sent :
       {"GET / HT"s, get, get_path("/large"), get_path("/soon"), get_path("/wait")}) {
    test_client client(server->addresses().front());
    client.send(sent);
    client.reset();
  }
  server.handler().release();
  CHECK(body_of(talk(server, get)) == "hello");
  CHECK(eventually([&] {
    server.handler().release();
    return server->numbers().connections == 0;
  }));
}

TEST_CASE("What came before a bad request is answered; what comes after is not", "[http][concurrent]") {
  test_server server;
  const std::string answers = talk(server, get + "GET / HTTP/1.1\nHost: a\r\n\r\n" + get);
  CHECK(count_of(answers, "HTTP/1.1 200 OK") == 1);
  CHECK(count_of(answers, "HTTP/1.1 400 Bad Request") == 1);
  CHECK(count_of(answers, "Connection: close") == 1);
  CHECK(server.handler().handled == 1);
}

TEST_CASE("A refusal is read in full by a client that is still sending", "[http][concurrent]") {
  test_server server;
  test_client client(server->addresses().front());
  const std::string body(200'000, 'x');
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n" + body);
  client.send(body);
  const std::string answer = client.receive();
  CHECK(status_of(answer) == 413);
  CHECK(answer.find("Connection: close") != std::string::npos);
  CHECK(client.is_closed());
}

TEST_CASE("Expect: 100-continue is answered before the body", "[http][concurrent]") {
  test_server server;
  test_client client(server->addresses().front());
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  CHECK(client.receive() == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("he");
  client.send("llo");
  CHECK(client.receive().find("body=hello\n") != std::string::npos);
}

TEST_CASE("A deferred answer keeps its place among pipelined requests", "[http][concurrent]") {
  test_server server;
  test_client client(server->addresses().front());
  client.send(get + get_path("/soon") + get_path("/never") + get_path("/at-once") + get);
  CHECK(body_of(client.receive()) == "hello");
  CHECK(body_of(client.receive()) == "waited");
  CHECK(body_of(client.receive()) == "waited");
  CHECK(body_of(client.receive()) == "waited");
  CHECK(body_of(client.receive()) == "hello");
}

TEST_CASE("Many deferred answers wait at once, and others are answered meanwhile", "[http][concurrent]") {
  test_server server;
  std::vector<std::unique_ptr<test_client>> clients;
  for (int i = 0; i < 200; ++i) {
    clients.push_back(std::make_unique<test_client>(server->addresses().front()));
    clients.back()->send(get_path("/wait"));
  }
  REQUIRE(eventually([&] { return server.handler().waiting == 200; }));
  CHECK(body_of(talk(server, get)) == "hello");
  server.handler().release();
  for (const auto& client : clients) REQUIRE(body_of(client->receive()) == "waited");
}

TEST_CASE("A wake that comes after its connection, or its server, is gone does nothing",
          "[http][concurrent]") {
  test_handler::shared* handler = nullptr;
  auto server = std::make_unique<test_server>();
  handler = &server->handler();
  test_client client((*server)->addresses().front());
  client.send(get_path("/wait"));
  REQUIRE(eventually([&] { return handler->waiting == 1; }));
  CHECK((*server)->drain(10ms) == 1);
  handler->release();
  CHECK(client.is_closed());
  (*server)->stop();
  handler->release();
}

TEST_CASE("A handler that fails costs its connection only", "[http][concurrent]") {
  test_server server;
  CHECK(talk(server, get + get_path("/throw") + get).empty());
  CHECK(body_of(talk(server, get)) == "hello");
}

TEST_CASE("A slow reader gets all of a large answer", "[http][concurrent]") {
  test_server server;
  test_client client(server->addresses().front());
  client.send(get_path("/large") + get);
  REQUIRE(eventually([&] { return server.handler().answered >= 1; }));
  CHECK(body_of(client.receive()).size() == server.handler().large_bytes);
  CHECK(body_of(client.receive()) == "hello");
}

TEST_CASE("A reader that takes nothing is dropped", "[http][concurrent]") {
  buttond::testing::still_clock time;
  test_server server({}, time);
  test_client client(server->addresses().front());
  client.send(get_path("/large"));
  REQUIRE(eventually([&] { return server.handler().answered == 1; }));
  server.settle();
  time.advance(9s);
  CHECK(server->numbers().connections == 1);
  time.advance(2s);
  CHECK(eventually([&] { return server->numbers().connections == 0; }));
}

TEST_CASE("A request that takes too long is answered 408", "[http][concurrent]") {
  buttond::testing::still_clock time;
  test_server server({}, time);
  for (const std::string& part : {"G"s, "GET / HTTP/1.1\r\nHost: a\r\n"s,
                                  "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel"s}) {
    CAPTURE(part);
    test_client client(server->addresses().front());
    client.send(get + part);
    REQUIRE(body_of(client.receive()) == "hello");
    time.advance(11s);
    const std::string answer = client.receive();
    CHECK(status_of(answer) == 408);
    CHECK(answer.find("Connection: close") != std::string::npos);
    CHECK(client.is_closed());
  }
}

TEST_CASE("More bytes do not buy more time", "[http][concurrent]") {
  buttond::testing::still_clock time;
  test_server server({}, time);
  test_client client(server->addresses().front());
  client.send(get + "G");
  REQUIRE(body_of(client.receive()) == "hello");
  time.advance(6s);
  client.send("ET / HTTP/1.1\r\nX: ");
  CHECK_FALSE(client.is_closed(20ms));
  time.advance(6s);
  CHECK(status_of(client.receive()) == 408);
}

TEST_CASE("An idle connection is closed without a word", "[http][concurrent]") {
  buttond::testing::still_clock time;
  test_server server({}, time);
  test_client fresh(server->addresses().front());
  test_client used(server->addresses().front());
  used.send(get);
  REQUIRE(body_of(used.receive()) == "hello");
  REQUIRE(eventually([&] { return server->numbers().connections == 2; }));
  server.settle();
  time.advance(76s);
  CHECK(fresh.receive_all().empty());
  CHECK(used.receive_all().empty());
}

TEST_CASE("One connection too many is answered 503 and closed", "[http][concurrent]") {
  server_options options;
  options.limit.connections = 2;
  test_server server(options);
  std::optional<test_client> first(server->addresses().front());
  test_client second(server->addresses().front());
  first->send("GET / HT");  // one that is idle would make room
  second.send("GET / HT");
  REQUIRE(eventually([&] { return server->numbers().connections == 2; }));
  server.settle();
  test_client third(server->addresses().front());
  third.send(get);
  const std::string answer = third.receive();
  CHECK(status_of(answer) == 503);
  CHECK(answer.find("Connection: close") != std::string::npos);
  CHECK(third.is_closed());
  CHECK(server->numbers().connections == 2);
  first.reset();
  REQUIRE(eventually([&] { return server->numbers().connections == 1; }));
  CHECK(body_of(talk(server, get)) == "hello");
}

TEST_CASE("Of connections that are idle one makes room for another", "[http][concurrent]") {
  server_options options;
  options.limit.connections = 2;
  test_server server(options);
  test_client first(server->addresses().front());
  test_client second(server->addresses().front());
  REQUIRE(eventually([&] { return server->numbers().connections == 2; }));
  test_client third(server->addresses().front());
  third.send(get);
  CHECK(body_of(third.receive()) == "hello");
  CHECK(first.receive_all().empty());
  second.send(get);
  CHECK(body_of(second.receive()) == "hello");
  CHECK(server->numbers().connections == 2);
  CHECK(server->numbers().closed_for_room == 1);
}

TEST_CASE("Of connections that are idle for a moment only none makes room, and who comes is told",
          "[http][concurrent]") {
  server_options options;
  options.limit.connections = 1;
  options.limit.idle_grace = options.limit.first_grace = std::chrono::hours(1);
  test_server server(options);
  test_client first(server->addresses().front());
  REQUIRE(eventually([&] { return server->numbers().connections == 1; }));
  for (int asked = 0; asked < 2; ++asked) {
    test_client second(server->addresses().front());
    second.send(get);
    CHECK(status_of(second.receive()) == 503);
    first.send(get);
    CHECK(body_of(first.receive()) == "hello");
  }
}

TEST_CASE("Who asked has less time than who came and did not yet", "[http][concurrent]") {
  server_options options;
  options.limit.connections = 2;
  options.limit.first_grace = std::chrono::hours(1);
  test_server server(options);
  test_client first(server->addresses().front());
  test_client second(server->addresses().front());
  REQUIRE(eventually([&] { return server->numbers().connections == 2; }));
  second.send(get);
  CHECK(body_of(second.receive()) == "hello");
  CHECK(body_of(talk(server, get)) == "hello");
  CHECK(second.receive_all().empty());
  first.send(get);
  CHECK(body_of(first.receive()) == "hello");
}

TEST_CASE("However many come over the limit, each is told", "[http][concurrent]") {
  server_options options;
  options.limit.connections = 1;
  options.limit.first_grace = std::chrono::hours(1);
  test_server server(options);
  test_client first(server->addresses().front());
  REQUIRE(eventually([&] { return server->numbers().connections == 1; }));
  std::vector<std::unique_ptr<test_client>> crowd;  // they all came before the first of them asks
  for (int i = 0; i < 300; ++i) crowd.push_back(std::make_unique<test_client>(server->addresses().front()));
  for (auto& each : crowd) {
    each->send(get);
    CHECK(status_of(each->receive()) == 503);
    each.reset();
  }
  first.send(get);
  CHECK(body_of(first.receive()) == "hello");
}

TEST_CASE("Who has a place again is not kept waiting by a crowd before", "[http][concurrent]") {
  server_options options;
  options.limit.connections = 1;
  options.limit.first_grace = std::chrono::hours(1);
  test_server server(options);
  std::optional<test_client> first(server->addresses().front());
  REQUIRE(eventually([&] { return server->numbers().connections == 1; }));
  std::vector<std::unique_ptr<test_client>> told;  // as many as may be, and none of them goes
  for (int i = 0; i < 64; ++i) told.push_back(std::make_unique<test_client>(server->addresses().front()));
  for (const auto& each : told) CHECK(status_of(each->receive()) == 503);
  test_client next(server->addresses().front());
  next.send(get);
  first.reset();
  CHECK(body_of(next.receive()) == "hello");
}

TEST_CASE("X-Forwarded-For of a trusted proxy names the client", "[http][concurrent]") {
  server_options options;
  options.trusted_proxies = {*network::parse("127.0.0.0/8")};
  test_server server(options);
  const std::string forwarded = "X-Forwarded-For: 203.0.113.9, 192.0.2.1\r\n";
  CHECK(talk(server, get_path("/echo", forwarded)).find("client=::ffff:192.0.2.1\n") != std::string::npos);
  CHECK(talk(server, get_path("/echo")).find("client=") == std::string::npos);

  options.trusted_proxies = {*network::parse("10.0.0.0/8")};
  test_server other(options);
  CHECK(talk(other, get_path("/echo", forwarded)).find("client=::ffff:127.0.0.1\n") != std::string::npos);

  options.trusted_proxies.clear();
  test_server none(options);
  CHECK(talk(none, get_path("/echo", forwarded)).find("client=") == std::string::npos);
}

TEST_CASE("A listener that demands the PROXY protocol believes it, and nobody without it",
          "[http][concurrent]") {
  server_options options;
  options.proxy_protocol = true;
  options.trusted_proxies = {*network::parse("10.0.0.0/8")};
  test_server server(options);
  const std::string direct = "PROXY TCP4 192.0.2.1 198.51.100.1 1 2\r\n";
  CHECK(talk(server, direct + get_path("/echo")).find("client=::ffff:192.0.2.1\n") != std::string::npos);
  const std::string chained = "PROXY TCP4 10.0.0.1 198.51.100.1 1 2\r\n";
  CHECK(talk(server, chained + get_path("/echo", "X-Forwarded-For: 192.0.2.7\r\n"))
            .find("client=::ffff:192.0.2.7\n") != std::string::npos);
  CHECK(talk(server, "PROXY UNKNOWN\r\n" + get_path("/echo")).find("client=") == std::string::npos);
  CHECK(talk(server, get).empty());

  test_client client(server->addresses().front());
  for (const char byte : direct + get_path("/echo")) client.send({&byte, 1});
  CHECK(client.receive().find("client=::ffff:192.0.2.1\n") != std::string::npos);
}
