// The loader, and what our own pages load: linked into the binary with all that is needed to answer.

#include "assets/assets.hpp"
#include "button/handlers/handlers.hpp"
#include "button/handlers/json_answers.hpp"

namespace buttond {

deferred_ptr answer_static_file(loop_context&, const http::request& in, http::response& out) {
  const asset* found = find_asset(in.path);
  if (found == nullptr) {
    answer_error(out, 404, "not_found", "no such file; released ones are served under their hash for ever");
    return nullptr;
  }
  // A Range is ignored, as Accept-Ranges: none says.
  const asset_form& form = choose_form(*found, in.accept_encoding);
  if (names_etag(in.if_none_match, form.etag)) {
    out.status = 304;
    out.static_fields = form.fields_of_304;
  } else {
    out.static_fields = form.fields;
    out.static_body = form.body;
  }
  return nullptr;
}

}  // namespace buttond
