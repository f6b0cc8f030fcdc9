#include "bench/replay/node_books.hpp"

#include "common/error.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace buttond::replay {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

std::string get(const std::string& page) {
  const auto url = boost::urls::parse_uri(page);
  if (!url || url->scheme() != "http") {
    throw startup_error(fmt::format("--metrics {} is not of the form http://ADDR:PORT/metrics", page));
  }
  try {
    asio::io_context context;
    tcp::resolver resolver(context);
    boost::beast::tcp_stream stream(context);
    const std::string host(url->encoded_host());
    stream.connect(resolver.resolve(host, url->has_port() ? std::string(url->port()) : "80"));
    http::request<http::empty_body> request(http::verb::get, std::string(url->encoded_path()), 11);
    request.set(http::field::host, std::string(url->encoded_host_and_port()));
    request.set(http::field::connection, "close");
    http::write(stream, request);
    boost::beast::flat_buffer buffer;
    http::response<http::string_body> response;
    http::read(stream, buffer, response);
    if (response.result() != http::status::ok) {
      throw startup_error(fmt::format("{} answers {}", page, response.result_int()));
    }
    return response.body();
  } catch (const boost::system::system_error& error) {
    throw startup_error(fmt::format("cannot read {}: {}", page, error.code().message()));
  }
}

// "name{labels} value" or "name value".
bool add_if_named(std::string_view line, std::string_view name, std::uint64_t& sum) {
  if (!line.starts_with(name)) return false;
  line.remove_prefix(name.size());
  if (line.starts_with('{')) line.remove_prefix(line.rfind('}') + 1);
  if (!line.starts_with(' ')) return false;
  sum += static_cast<std::uint64_t>(std::llround(std::strtod(std::string(line.substr(1)).c_str(), nullptr)));
  return true;
}

}  // namespace

node_books parse_books(std::string_view page) {
  node_books books;
  bool complete = false;
  while (!page.empty()) {
    const std::string_view line = page.substr(0, page.find('\n'));
    page.remove_prefix(std::min(line.size() + 1, page.size()));
    add_if_named(line, "buttond_impressions_seen_total", books.seen);
    add_if_named(line, "buttond_impressions_filtered_total", books.filtered);
    complete |= add_if_named(line, "buttond_impressions_accepted_total", books.accepted);
  }
  if (!complete)
    throw startup_error("the page has no buttond_impressions_accepted_total: not buttond's /metrics");
  return books;
}

node_books read_books(const std::vector<std::string>& pages) {
  node_books sum;
  for (const std::string& page : pages) {
    const node_books books = parse_books(get(page));
    sum.seen += books.seen;
    sum.accepted += books.accepted;
    sum.filtered += books.filtered;
  }
  return sum;
}

}  // namespace buttond::replay
