#include <catch2/catch.hpp>

#include "http_fixture.hpp"

using namespace buttond::http;
using namespace buttond::http::testing;
using namespace std::string_literals;

namespace {

const std::string plain_get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

}  // namespace

TEST_CASE("A request is answered, and the connection stays open", "[http][server]") {
  test_server server;
  test_client client(server->addresses().front());
  for (int i = 0; i < 3; ++i) {
    client.send(plain_get);
    const std::string answer = client.receive();
    CHECK(answer.starts_with("HTTP/1.1 200 OK\r\nDate: "));
    CHECK(answer.ends_with(" GMT\r\nContent-Length: 5\r\n\r\nhello"));
  }
  CHECK(eventually([&] { return server.handler().answered == 3; }));
  CHECK(server->connections() == 1);
}

TEST_CASE("A thousand pipelined requests are answered in order", "[http][server]") {
  test_server server;
  std::string requests;
  for (int i = 0; i < 1000; ++i)
    requests += "GET /echo?" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  test_client client(server->addresses().front());
  client.send(requests);
  for (int i = 0; i < 1000; ++i)
    REQUIRE(client.receive().find("query=" + std::to_string(i) + "\n") != std::string::npos);
}

TEST_CASE("A deferred answer keeps its place among pipelined requests", "[http][server]") {
  test_server server;
  test_client client(server->addresses().front());
  client.send(plain_get + "GET /soon HTTP/1.1\r\nHost: a\r\n\r\nGET /never HTTP/1.1\r\nHost: a\r\n\r\n" +
              plain_get);
  CHECK(body_of(client.receive()) == "hello");
  CHECK(body_of(client.receive()) == "waited");
  CHECK(body_of(client.receive()) == "waited");
  CHECK(body_of(client.receive()) == "hello");
}
