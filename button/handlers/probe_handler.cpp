#include "button/handlers/probe_handler.hpp"

#include "button/handlers/health.hpp"
#include "button/handlers/private_answers.hpp"
#include "button/http/status.hpp"

namespace buttond {

std::shared_ptr<http::deferred_answer> probe_handler::handle(const http::request& in, http::response& out) {
  if (in.verb != http::method::get && in.verb != http::method::head) {
    answer_private_error(out, 405, "method_not_allowed", "use GET here");
    out.field("Allow", "GET, HEAD");
  } else if (!answer_probe(in.path, draining_, out)) {
    return answer_other(in, out);
  }
  return nullptr;
}

std::shared_ptr<http::deferred_answer> probe_handler::answer_other(const http::request&,
                                                                   http::response& out) {
  answer_private_error(out, 404, "not_found", "here are /healthz and /readyz");
  return nullptr;
}

bool probe_handler::takes_body(const http::request& head, http::response& out) {
  handle(head, out);
  return false;
}

void probe_handler::refuse(std::uint16_t status, std::string_view reason, http::response& out) {
  answer_private_error(out, status, http::refusal_of(status), reason);
}

void probe_handler::answered(std::uint16_t, std::uint8_t, std::chrono::nanoseconds) noexcept {}

}  // namespace buttond
