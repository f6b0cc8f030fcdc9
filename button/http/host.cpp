#include "button/http/host.hpp"

#include "button/http/connection.hpp"

namespace buttond::http {

host::host(engine& all, event_loop& loop, request_handler& answers_with)
    : shared(all), events(loop), handler(answers_with), date(all.time.wall()) {
  output.reserve(input_bytes);
  answers.reserve(all.bounds.pipeline + 1);
}

host::~host() = default;

}  // namespace buttond::http
