#include "button/http/response_writer.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace buttond::http {
namespace {

using namespace std::string_view_literals;

/// The whole status line for the statuses in use; empty for any other.
std::string_view status_line(std::uint16_t status) noexcept {
  switch (status) {
    case 200:
      return "HTTP/1.1 200 OK\r\n";
    case 201:
      return "HTTP/1.1 201 Created\r\n";
    case 202:
      return "HTTP/1.1 202 Accepted\r\n";
    case 204:
      return "HTTP/1.1 204 No Content\r\n";
    case 206:
      return "HTTP/1.1 206 Partial Content\r\n";
    case 301:
      return "HTTP/1.1 301 Moved Permanently\r\n";
    case 302:
      return "HTTP/1.1 302 Found\r\n";
    case 303:
      return "HTTP/1.1 303 See Other\r\n";
    case 304:
      return "HTTP/1.1 304 Not Modified\r\n";
    case 307:
      return "HTTP/1.1 307 Temporary Redirect\r\n";
    case 308:
      return "HTTP/1.1 308 Permanent Redirect\r\n";
    case 400:
      return "HTTP/1.1 400 Bad Request\r\n";
    case 401:
      return "HTTP/1.1 401 Unauthorized\r\n";
    case 403:
      return "HTTP/1.1 403 Forbidden\r\n";
    case 404:
      return "HTTP/1.1 404 Not Found\r\n";
    case 405:
      return "HTTP/1.1 405 Method Not Allowed\r\n";
    case 406:
      return "HTTP/1.1 406 Not Acceptable\r\n";
    case 408:
      return "HTTP/1.1 408 Request Timeout\r\n";
    case 409:
      return "HTTP/1.1 409 Conflict\r\n";
    case 410:
      return "HTTP/1.1 410 Gone\r\n";
    case 411:
      return "HTTP/1.1 411 Length Required\r\n";
    case 413:
      return "HTTP/1.1 413 Content Too Large\r\n";
    case 414:
      return "HTTP/1.1 414 URI Too Long\r\n";
    case 415:
      return "HTTP/1.1 415 Unsupported Media Type\r\n";
    case 416:
      return "HTTP/1.1 416 Range Not Satisfiable\r\n";
    case 417:
      return "HTTP/1.1 417 Expectation Failed\r\n";
    case 422:
      return "HTTP/1.1 422 Unprocessable Content\r\n";
    case 429:
      return "HTTP/1.1 429 Too Many Requests\r\n";
    case 431:
      return "HTTP/1.1 431 Request Header Fields Too Large\r\n";
    case 500:
      return "HTTP/1.1 500 Internal Server Error\r\n";
    case 501:
      return "HTTP/1.1 501 Not Implemented\r\n";
    case 502:
      return "HTTP/1.1 502 Bad Gateway\r\n";
    case 503:
      return "HTTP/1.1 503 Service Unavailable\r\n";
    case 504:
      return "HTTP/1.1 504 Gateway Timeout\r\n";
    case 505:
      return "HTTP/1.1 505 HTTP Version Not Supported\r\n";
    default:
      return {};
  }
}

void append_number(std::string& output, std::size_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  output.append(digits.data(), end);
}

void append_content_length(std::string& output, std::size_t size) {
  constexpr std::string_view name = "Content-Length: ";
  std::array<char, name.size() + 20 + 2> line;
  char* end = std::copy(name.begin(), name.end(), line.data());
  end = std::to_chars(end, line.data() + line.size(), size).ptr;
  *end++ = '\r';
  *end++ = '\n';
  output.append(line.data(), end);
}

}  // namespace

void date_line::set(wall_time now) {
  // IMF-fixdate, RFC 9110 section 5.6.7. By gmtime, because fmt 9 writes a time point in local time.
  fmt::format_to_n(text_.data(), text_.size(), "Date: {:%a, %d %b %Y %H:%M:%S} GMT\r\n", fmt::gmtime(now));
}

void append_response(std::string& output, const response& answer, const answer_form& form,
                     const date_line& date) {
  const std::string_view line = status_line(answer.status);
  if (line.empty()) {
    output.append("HTTP/1.1 ");
    append_number(output, answer.status);
    output.append(" \r\n");
  } else {
    output.append(line);
  }
  output.append(date.text()).append(answer.static_fields).append(answer.fields);
  const bool has_content = answer.status != 204 && answer.status != 304;
  if (has_content) append_content_length(output, answer.content().size());
  if (!form.keep_alive)
    output.append("Connection: close\r\n\r\n"sv);
  else if (!form.http11)
    output.append("Connection: keep-alive\r\n\r\n"sv);
  else
    output.append("\r\n"sv);
  if (has_content && !form.head) output.append(answer.content());
}

}  // namespace buttond::http
