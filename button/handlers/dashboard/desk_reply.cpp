#include "button/handlers/dashboard/desk_reply.hpp"

#include "button/handlers/private_answers.hpp"

#include <fmt/format.h>

#include <utility>

namespace buttond {

void desk_reply::start(std::function<void()> wake) {
  busy_ = !ask_([into = given_, wake](desk_answer_ptr answer) {
    {
      const std::lock_guard lock(into->mutex);
      into->answer = std::move(answer);
    }
    wake();
  });
  if (busy_) wake();
}

void desk_reply::finish(http::response& out) {
  if (busy_) {
    answer_private_error(out, 503, "busy", "more is asked than can be answered now: ask again in a second");
    out.field("Retry-After", "1");
    return;
  }
  desk_answer_ptr answer;
  {
    const std::lock_guard lock(given_->mutex);
    answer = given_->answer;
  }
  write_answer(answer ? *answer : late_(), out);
}

void write_answer(const desk_answer& answer, http::response& out) {
  out.status = answer.status;
  out.static_fields = private_fields;
  out.field("Content-Type", answer.content_type);
  if (!answer.file_name.empty())
    out.field("Content-Disposition", fmt::format("attachment; filename=\"{}\"", answer.file_name));
  out.body = answer.body;
}

}  // namespace buttond
