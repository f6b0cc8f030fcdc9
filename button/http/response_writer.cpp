#include "button/http/response_writer.hpp"

#include "button/http/status.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <iterator>

namespace buttond::http {
namespace {

using namespace std::string_view_literals;

void append_status_line(std::string& output, std::uint16_t code) {
  const std::size_t index = status_index(code);
  if (index < statuses.size())
    output.append(statuses[index].line);
  else
    fmt::format_to(std::back_inserter(output), "HTTP/1.1 {:03} \r\n", code);  // a reason may be left out
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
  append_status_line(output, answer.status);
  output.append(date.text()).append(answer.static_fields).append(answer.fields);
  const bool has_content = answer.status != 204 && answer.status != 304;
  if (has_content && !answer.unmade) append_content_length(output, answer.content().size());
  if (!form.keep_alive)
    output.append("Connection: close\r\n\r\n"sv);
  else if (!form.http11)
    output.append("Connection: keep-alive\r\n\r\n"sv);
  else
    output.append("\r\n"sv);
  if (has_content && !form.head) output.append(answer.content());
}

}  // namespace buttond::http
