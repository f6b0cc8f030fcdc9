#include "button/handlers/dashboard/dashboard.hpp"

#include "assets/assets.hpp"
#include "button/handlers/dashboard/csv_text.hpp"
#include "button/handlers/dashboard/desk_reply.hpp"
#include "button/handlers/dashboard/line.hpp"
#include "button/handlers/dashboard/link.hpp"
#include "button/handlers/dashboard/sites.hpp"
#include "button/handlers/private_answers.hpp"
#include "button/handlers/read_query.hpp"
#include "button/http/router.hpp"

#include <array>
#include <chrono>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace buttond {
namespace {

using namespace std::chrono_literals;
using deferred_ptr = std::shared_ptr<http::deferred_answer>;
using dashboard_route = deferred_ptr (*)(dashboard& of, const http::request& in, http::response& out);

/// What is asked for at the page's pace is made no more often than that.
constexpr std::chrono::milliseconds now_fresh = 1s;
constexpr std::chrono::milliseconds store_fresh = 3s;

/// The first value of that name that is not empty.
std::optional<std::string> parameter(const http::request& in, std::string_view wanted) {
  std::optional<std::string> found;
  std::string scratch;
  read_query(in, scratch, [&](std::string_view name, std::string_view value) {
    if (name == wanted && (!found || found->empty())) found = value;
  });
  return found;
}

std::optional<span_of_days> read_span(const http::request& in, http::response& out) {
  const auto span = span_named(parameter(in, "range").value_or(""));
  if (!span) answer_private_error(out, 400, "unknown_range", "say which with ?range=: 24h, 7d, 30d or 400d");
  return span;
}

desk_answer too_slow() {
  return json_error(503, "slow", "the store is slow: ask again in some seconds");
}

template <std::string (*Table)(const now_view&)>
desk_answer render_table(const now_view& view, std::string_view file_name) {
  return {.content_type = std::string(csv_content_type),
          .body = Table(view),
          .file_name = std::string(file_name)};
}

deferred_ptr answer_page(dashboard&, const http::request& in, http::response& out) {
  const asset* const page = find_dashboard_asset(in.path);
  if (page == nullptr) {
    answer_private_error(out, 404, "not_found", "this build has no page: build again from a complete source");
    return nullptr;
  }
  const asset_form& form = choose_form(*page, in.accept_encoding);
  const bool known = names_etag(in.if_none_match, form.etag);
  if (known) out.status = 304;
  out.static_fields = known ? form.fields_of_304 : form.fields;
  if (!known) out.static_body = form.body;
  return nullptr;
}

deferred_ptr answer_slash(dashboard&, const http::request&, http::response& out) {
  out.status = 302;
  out.static_fields = private_fields;
  out.field("Location", "../stats");
  return nullptr;
}

deferred_ptr answer_now(dashboard& of, const http::request&, http::response&) {
  return of.ask_now("now", [](const now_view& view, const dashboard_parts& parts) {
    return json_answer(to_json(view, parts));
  });
}

deferred_ptr answer_shared_csv(dashboard& of, const http::request&, http::response&) {
  return of.ask_now("shared.csv", [](const now_view& view, const dashboard_parts&) {
    return render_table<shared_csv>(view, "shared.csv");
  });
}

deferred_ptr answer_not_counted_csv(dashboard& of, const http::request&, http::response&) {
  return of.ask_now("not-counted.csv", [](const now_view& view, const dashboard_parts&) {
    return render_table<not_counted_csv>(view, "not-counted.csv");
  });
}

deferred_ptr answer_nodes_csv(dashboard& of, const http::request&, http::response&) {
  return of.ask_now("nodes.csv", [](const now_view& view, const dashboard_parts&) {
    return render_table<nodes_csv>(view, "nodes.csv");
  });
}

/// One of a span: `Make` may ask the store, `late` must not.
template <desk_answer (*Make)(span_of_days, const dashboard_parts&)>
deferred_ptr answer_span(dashboard& of, const http::request& in, http::response& out,
                         desk_answer (*late)(span_of_days, const dashboard_parts&)) {
  const auto span = read_span(in, out);
  if (!span) return nullptr;
  const dashboard_parts& parts = of.parts();
  return of.ask(
      std::string(in.path) + '?' + std::string(buttond::of(*span).name),
      [span = *span, &parts] { return Make(span, parts); },
      [span = *span, &parts, late] { return late(span, parts); });
}

desk_answer make_line(span_of_days span, const dashboard_parts& parts) {
  return line_json(look_at_line(span, parts));
}

desk_answer make_line_csv(span_of_days span, const dashboard_parts& parts) {
  return line_csv(look_at_line(span, parts));
}

desk_answer too_slow_of(span_of_days, const dashboard_parts&) {
  return too_slow();
}

deferred_ptr answer_line(dashboard& of, const http::request& in, http::response& out) {
  return answer_span<make_line>(of, in, out, [](span_of_days span, const dashboard_parts& parts) {
    return line_json(look_at_own_line(span, parts));
  });
}

deferred_ptr answer_line_csv(dashboard& of, const http::request& in, http::response& out) {
  return answer_span<make_line_csv>(of, in, out, too_slow_of);
}

deferred_ptr answer_sites(dashboard& of, const http::request& in, http::response& out) {
  return answer_span<sites_json>(of, in, out, sites_json_at_once);
}

deferred_ptr answer_sites_csv(dashboard& of, const http::request& in, http::response& out) {
  return answer_span<sites_csv>(of, in, out, too_slow_of);
}

deferred_ptr answer_link(dashboard& of, const http::request& in, http::response& out) {
  const auto url = parameter(in, "url");
  if (!url) {
    answer_private_error(out, 400, "url_missing", "say which URL with ?url=");
    return nullptr;
  }
  return of.ask(
      "link?" + *url, [&of, url = *url] { return link_json(url, of.parts(), of.fleet(), *of.policy()); },
      [&of, url = *url] { return link_json_without_store(url, of.parts(), *of.policy()); });
}

using http::match;
using route = http::route<dashboard_route>;
constexpr std::array routes{
    route{"/dashboard/now", "now", match::exact, http::method::get, answer_now},
    route{"/dashboard/line", "line", match::exact, http::method::get, answer_line},
    route{"/dashboard/sites", "sites", match::exact, http::method::get, answer_sites},
    route{"/dashboard/link", "link", match::exact, http::method::get, answer_link},
    route{"/stats", "page", match::exact, http::method::get, answer_page},
    route{"/stats/", "slash", match::exact, http::method::get, answer_slash},
    route{"/dashboard/shared.csv", "csv", match::exact, http::method::get, answer_shared_csv},
    route{"/dashboard/not-counted.csv", "csv", match::exact, http::method::get, answer_not_counted_csv},
    route{"/dashboard/nodes.csv", "csv", match::exact, http::method::get, answer_nodes_csv},
    route{"/dashboard/line.csv", "csv", match::exact, http::method::get, answer_line_csv},
    route{"/dashboard/sites.csv", "csv", match::exact, http::method::get, answer_sites_csv},
    route{"/dashboard/", "file", match::prefix, http::method::get, answer_page},
};

}  // namespace

dashboard::dashboard(dashboard_parts parts, site_policy_ptr policy)
    : parts_(std::move(parts)),
      policy_(std::move(policy)),
      fleet_(parts_.store, parts_.desk, parts_.time),
      now_(parts_, fleet_),
      now_desk_(parts_.time, {.threads = 1}) {}

void dashboard::use(site_policy_ptr policy) {
  const std::lock_guard lock(mutex_);
  policy_ = std::move(policy);
}

site_policy_ptr dashboard::policy() const {
  const std::lock_guard lock(mutex_);
  return policy_;
}

deferred_ptr dashboard::answer(const http::request& in, http::response& out) {
  if (const auto found = http::find_route(std::span<const route>(routes), in.path))
    return routes[*found].handler(*this, in, out);
  answer_private_error(out, 404, "not_found", "here are /stats, /metrics, /healthz and /readyz");
  return nullptr;
}

deferred_ptr dashboard::ask_now(const std::string& name,
                                desk_answer (*render)(const now_view&, const dashboard_parts&)) {
  return std::make_shared<desk_reply>(
      [this, name, render](query_desk::taker done) {
        return now_desk_.ask(
            name, now_fresh, [this, render] { return render(*now_.look(), parts_); }, std::move(done));
      },
      too_slow);
}

deferred_ptr dashboard::ask(const std::string& name, query_desk::maker make, query_desk::maker late) {
  return std::make_shared<desk_reply>(
      [this, name, make = std::move(make)](query_desk::taker done) {
        return parts_.desk.ask(name, store_fresh, make, std::move(done));
      },
      std::move(late));
}

}  // namespace buttond
