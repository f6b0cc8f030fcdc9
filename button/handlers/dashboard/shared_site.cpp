// GET /site: the page of one site, by a link that was signed for it.

#include "button/handlers/dashboard/site_views.hpp"
#include "button/handlers/handlers.hpp"

namespace buttond {

deferred_ptr answer_site(loop_context& loop, const http::request& in, http::response& out) {
  return loop.shared.views.answer_shared(in, loop.scratch.query, out);
}

}  // namespace buttond
