#pragma once
// An answer that a connection waits for, and the ticket by which it is woken from another thread.

#include "button/http/connection.hpp"
#include "button/http/mailbox.hpp"
#include "button/http/request_handler.hpp"
#include "button/http/response_writer.hpp"
#include "common/clock.hpp"

#include <cstdint>
#include <memory>
#include <thread>
#include <utility>

namespace buttond::http {

struct connection::deferral {
  std::shared_ptr<deferred_answer> answer;
  answer_form form;
  monotonic_time since;
  std::uint8_t route;  // response::route, which the handler knew when it was asked
};

/// Shared with whoever may wake the connection. All but wake() belongs to the loop's thread.
struct connection::ticket : std::enable_shared_from_this<connection::ticket> {
  ticket(std::shared_ptr<mailbox> to, connection& waiting) : box(std::move(to)), who(&waiting) {}

  /// From any thread.
  void wake() {
    if (std::this_thread::get_id() != thread || !starting)
      box->post([self = shared_from_this()] { self->use(); });
    else
      needless = true;
  }

  void use() {
    if (who != nullptr && who->waiting_for_ == waiting_for::answer) who->resume(wake_up::ready);
  }

  const std::shared_ptr<mailbox> box;
  const std::thread::id thread = std::this_thread::get_id();
  connection* who;        // null once nobody waits any more
  bool starting = true;   // in deferred_answer::start()
  bool needless = false;  // it woke us before we waited: there is nothing to wait for
};

}  // namespace buttond::http
