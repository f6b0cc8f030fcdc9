#pragma once
// The public routes' handlers. Each answers `in` into `out`, or returns what to wait for. They are called for
// GET and HEAD (record_shares and record_choice for POST), on the loop's thread, by site_handler, whose table
// says which is called when.

#include "button/handlers/loop_context.hpp"
#include "button/http/request_handler.hpp"

#include <memory>

namespace buttond {

using deferred_ptr = std::shared_ptr<http::deferred_answer>;
using route_handler = deferred_ptr (*)(loop_context& loop, const http::request& in, http::response& out);

/// GET /v1/buttons: an impression of each link, and all their counts.
deferred_ptr answer_buttons(loop_context& loop, const http::request& in, http::response& out);

/// GET /v1/counts: the same counts, cacheable, no impression.
deferred_ptr answer_counts(loop_context& loop, const http::request& in, http::response& out);

/// GET /1/links/shares.json and its other spellings: the Buffer API.
deferred_ptr answer_buffer_shares(loop_context& loop, const http::request& in, http::response& out);

/// POST /v1/shares: the main application reports shares.
deferred_ptr record_shares(loop_context& loop, const http::request& in, http::response& out);

/// POST /v1/chosen: a reader followed a page's direct link to a place; a share.
deferred_ptr record_choice(loop_context& loop, const http::request& in, http::response& out);

/// Whether `in` may report shares; else `out` says why not. Needs no body.
bool may_report_shares(const site_policy& policy, const http::request& in, http::response& out);

/// GET /v1/explain: how a URL becomes a key.
deferred_ptr answer_explain(loop_context& loop, const http::request& in, http::response& out);

/// GET /v1/server: version, loader, places and sizes.
deferred_ptr answer_server(loop_context& loop, const http::request& in, http::response& out);

/// GET /button/: the button as a page for an iframe; an impression.
deferred_ptr answer_button_frame(loop_context& loop, const http::request& in, http::response& out);

/// GET /button.svg: the button as a drawing; an impression.
deferred_ptr answer_button_svg(loop_context& loop, const http::request& in, http::response& out);

/// GET /seen.gif, and /pixel.gif, its name that blockers know: an impression.
deferred_ptr answer_pixel(loop_context& loop, const http::request& in, http::response& out);

/// GET /: get the button.
deferred_ptr answer_home(loop_context& loop, const http::request& in, http::response& out);

/// GET /add: a click, then the dialog.
deferred_ptr answer_dialog(loop_context& loop, const http::request& in, http::response& out);

/// GET /add/to: a share, then the place where it goes.
deferred_ptr answer_place(loop_context& loop, const http::request& in, http::response& out);

/// GET /site: the page of one site, by a link that was signed for it.
deferred_ptr answer_site(loop_context& loop, const http::request& in, http::response& out);

/// GET /js/..., /assets/... and the other linked files.
deferred_ptr answer_static_file(loop_context& loop, const http::request& in, http::response& out);

/// GET /healthz: the process is alive.
deferred_ptr answer_healthz(loop_context& loop, const http::request& in, http::response& out);

/// GET /readyz: take traffic; 503 while draining.
deferred_ptr answer_readyz(loop_context& loop, const http::request& in, http::response& out);

}  // namespace buttond
