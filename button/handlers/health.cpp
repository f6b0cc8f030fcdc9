#include "button/handlers/health.hpp"

#include "button/handlers/handlers.hpp"

namespace buttond {
namespace {

void write_plain(std::uint16_t status, std::string_view text, http::response& out) {
  out.status = status;
  out.static_fields = "Content-Type: text/plain\r\nCache-Control: no-store\r\n";
  out.static_body = text;
}

}  // namespace

void write_alive(http::response& out) {
  write_plain(200, "ok\n", out);
}

void write_ready(const std::atomic<bool>& draining, http::response& out) {
  if (draining.load(std::memory_order_relaxed)) {
    write_plain(503, "draining\n", out);
  } else {
    write_plain(200, "ready\n", out);
  }
}

bool answer_probe(std::string_view path, const std::atomic<bool>& draining, http::response& out) {
  if (path == "/healthz") {
    write_alive(out);
  } else if (path == "/readyz") {
    write_ready(draining, out);
  } else {
    return false;
  }
  return true;
}

deferred_ptr answer_healthz(loop_context&, const http::request&, http::response& out) {
  write_alive(out);
  return nullptr;
}

deferred_ptr answer_readyz(loop_context& loop, const http::request&, http::response& out) {
  write_ready(loop.shared.draining, out);
  return nullptr;
}

}  // namespace buttond
