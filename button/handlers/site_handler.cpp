#include "button/handlers/site_handler.hpp"

#include "button/handlers/buffer_errors.hpp"
#include "button/handlers/handlers.hpp"
#include "button/handlers/json_answers.hpp"
#include "button/http/router.hpp"
#include "button/http/status.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace buttond {
namespace {

using http::match;
using http::method;
using route = http::route<route_handler>;

constexpr std::array routes{
    route{"/v1/buttons", "buttons", match::exact, method::get, answer_buttons},
    route{"/v1/counts", "counts", match::exact, method::get, answer_counts},
    route{"/1/links/shares.", "buffer_shares", match::prefix, method::get, answer_buffer_shares},
    route{"/button/", "button", match::exact, method::get, answer_button_frame},
    route{"/button.svg", "button_svg", match::exact, method::get, answer_button_svg},
    route{"/seen.gif", "pixel", match::exact, method::get, answer_pixel},
    route{"/pixel.gif", "pixel", match::exact, method::get, answer_pixel},
    route{"/add", "add", match::exact, method::get, answer_dialog},
    route{"/add/to", "place", match::exact, method::get, answer_place},
    route{"/js/", "loader", match::prefix, method::get, answer_static_file},
    route{"/assets/", "assets", match::prefix, method::get, answer_static_file},
    route{"/", "home", match::exact, method::get, answer_home},
    route{"/favicon.svg", "favicon", match::exact, method::get, answer_static_file},
    route{"/robots.txt", "robots", match::exact, method::get, answer_static_file},
    route{"/v1/shares", "shares", match::exact, method::post, record_shares},
    route{"/v1/chosen", "chosen", match::exact, method::post, record_choice},
    route{"/v1/explain", "explain", match::exact, method::get, answer_explain},
    route{"/v1/server", "server", match::exact, method::get, answer_server},
    route{"/site", "site", match::exact, method::get, answer_site},
    route{"/healthz", "healthz", match::exact, method::get, answer_healthz},
    route{"/readyz", "readyz", match::exact, method::get, answer_readyz},
};
static_assert(routes.size() < max_routes);

/// What /metrics says of a handler's routes.
struct measure {
  route_handler handler;
  route_group group;
  http::status_set answers;  // a route that answers anything else is counted as none
};

constexpr std::array measures{
    measure{answer_buttons, route_group::counts, http::set_of({200, 400})},
    measure{answer_counts, route_group::counts, http::set_of({200, 400})},
    measure{answer_buffer_shares, route_group::counts, http::set_of({200, 400, 406})},
    measure{answer_button_frame, route_group::pages, http::set_of({200})},
    measure{answer_button_svg, route_group::pages, http::set_of({200})},
    measure{answer_pixel, route_group::pages, http::set_of({200})},
    measure{answer_dialog, route_group::pages, http::set_of({200, 302, 400})},
    measure{answer_home, route_group::pages, http::set_of({200, 304})},
    measure{answer_place, route_group::shares, http::set_of({200, 302, 404})},
    measure{record_shares, route_group::shares, http::set_of({200, 400, 401, 403, 413, 503})},
    measure{record_choice, route_group::shares, http::set_of({204, 400, 404})},
    measure{answer_static_file, route_group::other, http::set_of({200, 304, 404})},
    measure{answer_explain, route_group::other, http::set_of({200, 400})},
    measure{answer_server, route_group::other, http::set_of({200, 304})},
};

/// What is answered by no route: unknown paths, methods that the path does not take, OPTIONS, and what the
/// engine refuses itself.
constexpr auto answers_of_none = http::set_of({204, 400, 404, 405, 408, 413, 414, 431, 503, 505});

/// Null for what is not measured: balancers probe without end, and the page of a site takes as long as the
/// store does, which would be taken for what readers of buttons wait.
constexpr const measure* measure_of(const route& of) {
  const auto* const found = std::ranges::find(measures, of.handler, &measure::handler);
  return found != measures.end() ? found : nullptr;
}
#if !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)  // with which GCC compares no functions early
static_assert(std::ranges::count(routes, nullptr, measure_of) == 3,
              "all but the probes and /site are measured");
#endif

/// By response::route; nothing for what is not measured.
const auto groups = [] {
  std::array<std::optional<route_group>, routes.size() + 1> by_number{route_group::other};
  for (std::size_t i = 0; i < routes.size(); ++i) {
    if (const measure* const found = measure_of(routes[i])) by_number[i + 1] = found->group;
  }
  return by_number;
}();

std::string_view allowed_methods(const route& of) {
  return of.verb == method::post ? "POST, OPTIONS" : "GET, HEAD, OPTIONS";
}

void answer_not_found(const http::request& in, http::response& out) {
  if (is_buffer_path(in.path)) {
    answer_buffer_error(out, 404, 404, "Not found.");
  } else {
    answer_error(out, 404, "not_found", "there is nothing here; the routes are listed in the README");
  }
}

void answer_wrong_method(const http::request& in, const route& of, http::response& out) {
  if (is_buffer_path(in.path)) {
    answer_buffer_error(out, 405, 405, "Method not allowed.");
  } else {
    answer_error(out, 405, "method_not_allowed", of.verb == method::post ? "use POST here" : "use GET here");
  }
  out.field("Allow", allowed_methods(of));
}

/// A CORS preflight, or a plain OPTIONS.
void answer_options(const route& of, http::response& out) {
  out.status = 204;
  out.static_fields = embed_fields;
  out.field("Allow", allowed_methods(of));
  out.field("Access-Control-Allow-Methods", of.verb == method::post ? "POST" : "GET, HEAD");
  out.field("Access-Control-Allow-Headers", "*");
  out.field("Access-Control-Max-Age", "86400");
}

/// "OPTIONS *", which asks what the server can do, whatever the route (RFC 9110 section 9.3.7).
void answer_server_options(http::response& out) {
  out.status = 204;
  out.field("Allow", "GET, HEAD, POST, OPTIONS");
}

}  // namespace

std::size_t route_count() noexcept {
  return routes.size() + 1;
}

std::string_view route_name(std::size_t route) noexcept {
  return route == 0 ? "none" : routes[route - 1].name;
}

http::status_set route_answers(std::size_t route) noexcept {
  if (route == 0) return answers_of_none;
  const auto& of = routes[route - 1];
  const measure* const found = measure_of(of);
  if (found == nullptr) return 0;
  // A file that is a route to the letter is there.
  const bool is_file = of.handler == answer_static_file && of.how == match::exact;
  return is_file ? found->answers & ~http::set_of({404}) : found->answers;
}

site_handler::site_handler(const services& shared, impression_counter& counter, site_policy_ptr policy)
    : context_(shared, counter, std::move(policy)) {}

std::shared_ptr<http::deferred_answer> site_handler::handle(const http::request& in, http::response& out) {
  const auto exact = http::find_route(std::span<const route>(routes), in.path);
  // What is a route to the letter has no slashes to fold.
  if (exact && routes[*exact].how == match::exact) return answer(*exact, in, out);
  if (in.path == "*") {
    answer_server_options(out);
    return nullptr;
  }
  http::request folded = in;
  folded.path = http::fold_slashes(in.path, folded_path_);
  if (const auto found = http::find_route(std::span<const route>(routes), folded.path))
    return answer(*found, folded, out);
  answer_not_found(folded, out);
  return nullptr;
}

std::shared_ptr<http::deferred_answer> site_handler::answer(std::size_t number, const http::request& in,
                                                            http::response& out) {
  const route& target = routes[number];
  if (http::takes(target, in.verb)) {
    out.route = static_cast<std::uint8_t>(number + 1);
    return target.handler(context_, in, out);
  }
  if (in.verb == method::options) {
    answer_options(target, out);
  } else {
    answer_wrong_method(in, target, out);
  }
  return nullptr;
}

bool site_handler::takes_body(const http::request& head, http::response& out) {
  std::string folded;
  const auto found = http::find_route(std::span<const route>(routes), http::fold_slashes(head.path, folded));
  if (found && routes[*found].handler == record_shares && http::takes(routes[*found], head.verb)) {
    out.route = static_cast<std::uint8_t>(*found + 1);
    return may_report_shares(*context_.policy, head, out);
  }
  // Which has no use for a body. What is to be waited for is done behind the answer.
  if (const auto later = handle(head, out)) {
    later->start([] {});
    later->finish(out);
  }
  return false;
}

void site_handler::refuse(std::uint16_t status, std::string_view reason, http::response& out) {
  answer_error(out, status, http::refusal_of(status), reason);
}

void site_handler::answered(std::uint16_t status, std::uint8_t route,
                            std::chrono::nanoseconds taken) noexcept {
  if (const auto group = groups[route]) metrics_.count(status, route, *group, taken);
}

}  // namespace buttond
