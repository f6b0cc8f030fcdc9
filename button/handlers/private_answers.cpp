#include "button/handlers/private_answers.hpp"

#include "button/handlers/json_answers.hpp"

namespace buttond {

void answer_private_error(http::response& out, std::uint16_t status, std::string_view code,
                          std::string_view message) {
  answer_error(out, status, code, message);
  out.static_fields = private_json_fields;
}

}  // namespace buttond
