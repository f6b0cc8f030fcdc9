// beast_server: an HTTP server as Boost.Beast's own examples write it (example/http/server/awaitable), on one
// core: http::request with its fields, a tcp_stream with its time limit, a message a request.
// usage: beast_server PORT

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <utility>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using stream = beast::tcp_stream::rebind_executor<
    asio::use_awaitable_t<>::executor_with_default<asio::any_io_executor>>::other;

http::response<http::string_body> answer(const http::request<http::string_body>& request) {
  http::response<http::string_body> response{http::status::ok, request.version()};
  response.set(http::field::server, "beast");
  response.set(http::field::content_type, "application/json");
  response.set(http::field::cache_control, "no-store");
  response.set(http::field::access_control_allow_origin, "*");
  response.set("Cross-Origin-Resource-Policy", "cross-origin");
  response.set("Timing-Allow-Origin", "*");
  response.set("X-Content-Type-Options", "nosniff");
  response.keep_alive(request.keep_alive());
  response.body() = R"({"counts":[12]})";
  response.prepare_payload();
  return response;
}

asio::awaitable<void> serve(stream connection) {
  beast::flat_buffer buffer;
  try {
    while (true) {
      connection.expires_after(std::chrono::seconds(75));
      http::request<http::string_body> request;
      co_await http::async_read(connection, buffer, request);
      http::message_generator message = answer(request);
      const bool keep_alive = message.keep_alive();
      co_await beast::async_write(connection, std::move(message), asio::use_awaitable);
      if (!keep_alive) break;
    }
  } catch (const boost::system::system_error& error) {
    if (error.code() != http::error::end_of_stream) co_return;
  }
  beast::error_code ignored;
  connection.socket().shutdown(tcp::socket::shutdown_send, ignored);
}

asio::awaitable<void> listen(std::uint16_t port) {
  auto acceptor = asio::use_awaitable_t<>::as_default_on(
      tcp::acceptor(co_await asio::this_coro::executor, {asio::ip::address_v4::loopback(), port}));
  while (true) {
    tcp::socket socket = co_await acceptor.async_accept();
    socket.set_option(tcp::no_delay(true));
    co_spawn(acceptor.get_executor(), serve(stream(std::move(socket))), asio::detached);
  }
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::fputs("usage: beast_server PORT\n", stderr);
    return 2;
  }
  asio::io_context context(1);
  co_spawn(context, listen(static_cast<std::uint16_t>(std::atoi(argv[1]))), asio::detached);
  context.run();
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "beast_server: %s\n", error.what());
  return 1;
}
