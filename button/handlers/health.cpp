// GET /healthz and GET /readyz, for load balancers: never redirected, never counted, never logged.

#include "button/handlers/handlers.hpp"

namespace buttond {
namespace {

constexpr std::string_view plain_fields = "Content-Type: text/plain\r\nCache-Control: no-store\r\n";

}  // namespace

deferred_ptr answer_healthz(loop_context&, const http::request&, http::response& out) {
  out.fields = plain_fields;
  out.static_body = "ok\n";
  return nullptr;
}

deferred_ptr answer_readyz(loop_context& context, const http::request&, http::response& out) {
  const bool draining = context.shared.draining.load(std::memory_order_relaxed);
  out.status = draining ? 503 : 200;
  out.fields = plain_fields;
  out.static_body = draining ? "draining\n" : "ready\n";
  return nullptr;
}

}  // namespace buttond
