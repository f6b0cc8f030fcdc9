#pragma once
// What a handler says; the connection adds the status line, Date, Content-Length and Connection, and leaves
// out the body for HEAD. One response object a loop is cleared and used again, so its strings keep their
// capacity.

#include <cstdint>
#include <string>
#include <string_view>

namespace buttond::http {

struct response {
  std::uint16_t status = 200;
  bool close = false;      // answer, then close the connection
  bool unmade = false;     // for HEAD only: the content was not made, so nobody knows how long it would be
  std::uint8_t route = 0;  // which route answered, for the metrics
  // Complete "Name: value\r\n" lines: those that were made beforehand, which live until it is answered, and
  // those that were made for this answer.
  std::string_view static_fields;
  std::string fields;
  std::string body;
  std::string_view static_body;  // instead of `body`; lives until it is answered

  void field(std::string_view name, std::string_view value) {
    fields.append(name).append(": ").append(value).append("\r\n");
  }

  std::string_view content() const noexcept {
    return static_body.empty() ? std::string_view(body) : static_body;
  }

  void clear() noexcept {
    status = 200;
    close = false;
    unmade = false;
    route = 0;
    static_fields = {};
    fields.clear();
    body.clear();
    static_body = {};
  }
};

}  // namespace buttond::http
