#include "button/handlers/admin_handler.hpp"

#include "button/handlers/deferred.hpp"
#include "button/handlers/private_answers.hpp"
#include "button/http/request_origin.hpp"

#include <chrono>
#include <optional>
#include <utility>

namespace buttond {
namespace {

constexpr std::chrono::seconds patience{5};

void answer_metrics(const std::optional<metrics_snapshot>& snapshot, http::response& out) {
  if (!snapshot) {
    answer_private_error(out, 503, "busy", "an event loop did not give its numbers within 5 seconds");
    return;
  }
  out.static_fields = private_fields;
  out.field("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  out.body = metrics_text(*snapshot, read_process_numbers());
}

}  // namespace

admin_handler::admin_handler(snapshot_source source, const std::atomic<bool>& draining,
                             const admin_hosts& hosts, dashboard& board)
    : probe_handler(draining), source_(std::move(source)), hosts_(hosts), board_(board) {}

std::shared_ptr<http::deferred_answer> admin_handler::answer_other(const http::request& in,
                                                                   http::response& out) {
  if (!hosts_.allow(in.host)) {
    refuse(421, "this listener has another name; --admin-host adds one", out);
    return nullptr;
  }
  if (http::has_foreign_origin(in)) {
    refuse(421, "what is here is not for pages of other servers", out);
    return nullptr;
  }
  if (in.path == "/metrics")
    return std::make_shared<deferred<metrics_snapshot>>(patience, source_, answer_metrics);
  return board_.answer(in, out);
}

}  // namespace buttond
