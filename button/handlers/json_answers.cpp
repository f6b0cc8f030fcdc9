#include "button/handlers/json_answers.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>

#include <array>
#include <charconv>

namespace buttond {

void append_json_string(std::string& out, std::string_view text) {
  out += boost::json::serialize(boost::json::string(text.data(), text.size()));
}

void append_number(std::string& out, std::int64_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void answer_error(http::response& out, std::uint16_t status, std::string_view code,
                  std::string_view message) {
  out.status = status;
  out.static_fields = json_no_store_fields;
  out.fields.clear();
  out.static_body = {};
  out.body = "{\"error\":{\"code\":";
  append_json_string(out.body, code);
  out.body += ",\"message\":";
  append_json_string(out.body, message);
  out.body += "}}";
}

}  // namespace buttond
