#pragma once
// A response to bytes: status line, Date, the handler's fields, Content-Length, Connection, body.
// Source: RFC 9112 section 6.3, RFC 9110 sections 8.6 and 9.3.2.

#include "button/http/response.hpp"
#include "common/clock.hpp"

#include <array>
#include <string>
#include <string_view>

namespace buttond::http {

/// "Date: Mon, 23 Nov 2026 04:22:00 GMT\r\n", made anew by a loop's tick and not for every answer.
class date_line {
 public:
  explicit date_line(wall_time now) { set(now); }

  void set(wall_time now);
  std::string_view text() const noexcept { return {text_.data(), text_.size()}; }

 private:
  std::array<char, 37> text_;
};

/// What of its request an answer depends on.
struct answer_form {
  bool http11 = true;
  bool keep_alive = true;
  bool head = false;
};

/// Appends `answer` to `output`. HEAD, 204 and 304 have no body; HEAD says the length that GET would have,
/// unless that would have to be made for it (RFC 9110 section 9.3.2).
void append_response(std::string& output, const response& answer, const answer_form& form,
                     const date_line& date);

}  // namespace buttond::http
