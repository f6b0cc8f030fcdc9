#include "button/http/loop_state.hpp"

#include "button/http/connection.hpp"

namespace buttond::http {

loop_state::loop_state(server_state& of, event_loop& runs_on, request_handler& answers_with)
    : server(of), events(runs_on), handler(answers_with), date(of.time.wall()) {
  output.reserve(input_bytes);
  answers.reserve(of.limit.pipeline + 1);
}

loop_state::~loop_state() = default;

}  // namespace buttond::http
