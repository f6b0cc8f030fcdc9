// GET /v1/server: what this server is, for programs that put its buttons into pages.

#include "assets/assets.hpp"
#include "button/handlers/handlers.hpp"

namespace buttond {

deferred_ptr answer_server(loop_context& loop, const http::request& in, http::response& out) {
  const server_description& description = loop.policy->description;
  if (names_etag(in.if_none_match, description.etag)) {
    out.status = 304;
    out.static_fields = description.fields_of_304;
  } else {
    out.static_fields = description.fields;
    out.static_body = description.json;
  }
  return nullptr;
}

}  // namespace buttond
