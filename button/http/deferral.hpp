#pragma once
// An answer that a connection waits for, and the ticket by which it is woken from another thread.

#include "button/http/connection.hpp"
#include "button/http/mailbox.hpp"
#include "button/http/request_handler.hpp"
#include "button/http/response_writer.hpp"
#include "common/clock.hpp"

#include <cstdint>
#include <memory>

namespace buttond::http {

struct connection::deferral {
  std::shared_ptr<deferred_answer> answer;
  answer_form form;
  monotonic_time since;
  std::uint8_t route;  // response::route, which the handler knew when it was asked
};

/// Shared with whoever may wake the connection. `who` belongs to the loop's thread, and is null once nobody
/// waits any more.
struct connection::ticket {
  std::shared_ptr<mailbox> box;
  connection* who;

  void use() noexcept {
    if (who != nullptr && who->waiting_for_ == waiting_for::answer) who->resume(wake_up::ready);
  }
};

}  // namespace buttond::http
