// GET /add, the dialog: a click, then the composer of the main application or the built-in share page; and
// GET /add/to, which a place's link on that page leads to: a share, then the place.

#include "assets/languages.hpp"
#include "button/handlers/handlers.hpp"
#include "button/handlers/json_answers.hpp"
#include "button/handlers/pages/site_pages.hpp"
#include "button/handlers/read_query.hpp"
#include "button/handlers/recorded_share.hpp"
#include "common/link_text.hpp"
#include "common/shortened.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace buttond {
namespace {

struct dialog_query {
  shared_page page;
  std::string_view place;
  std::string_view id;
  bool edited = false;       // the reader only changed the words: no second click
  bool is_head = false;      // no page is made then
  std::size_t language = 0;  // of languages(), for a page
  std::string url;           // page.url points here where it has a key
  requested_link link;       // of that URL
  key_buffer key;            // of that link
  std::string words;         // page.text points here where it was cut
  bool fits = true;          // into the address of a place

  share_notice notice() const noexcept {
    if (page.url.empty()) return share_notice::no_url;
    if (link.key.empty()) return share_notice::bad_url;
    return fits ? share_notice::none : share_notice::long_url;
  }
};

void read_dialog(loop_context& loop, const http::request& in, dialog_query& query) {
  std::string_view title;
  read_query(in, loop.scratch.query, [&](std::string_view name, std::string_view value) {
    if (name == "url" && query.page.url.empty()) query.page.url = value;
    if (name == "text") query.page.text = value;
    if (name == "title") title = value;
    if (name == "via") query.page.via = value;
    if (name == "picture") query.page.picture = value;
    if (name == "server") query.page.server = value;
    if (name == "place") query.place = value;
    if (name == "id") query.id = value;
    if (name == "edited") query.edited = true;
  });
  query.is_head = in.verb == http::method::head;
  query.language = choose_language(in.accept_language);
  if (query.page.text.empty()) query.page.text = title;
  if (query.page.via.starts_with('@')) query.page.via.remove_prefix(1);
  query.link = make_link(query.page.url, loop, query.key);
  // What we take for a link, others need not: a key, or one that still has "&amp;" in it.
  if (!query.link.key.empty()) query.page.url = query.url = whole_link(query.page.url);
  query.fits = fit_into_address(query.page, query.words);
  query.page.url = first_characters(query.page.url, max_url_bytes);  // a longer one is bad, and only shown
}

/// Shows the page under an id of its own, or under the one that it has where that is good still.
void answer_page(const loop_context& loop, const dialog_query& query, share_notice notice,
                 http::response& out) {
  const share_page& share = loop.policy->share;
  const share_ids& ids = loop.shared.ids;
  const std::string_view link = query.link.key;
  out.static_fields = share.fields(query.language);
  out.unmade = query.is_head;
  if (query.is_head) return;
  out.body.clear();
  share.render(query.language, query.page, site_of(link),
               ids.is_good(query.id, link) ? std::string(query.id) : ids.make(link), notice, out.body);
}

void redirect(std::string_view location, http::response& out) {
  out.status = 302;
  out.static_fields =
      "Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nCross-Origin-Opener-Policy: "
      "same-origin\r\n";
  out.field("Location", location);
  out.body.clear();
}

/// `server` as a host, with its port if it has one, or empty for what is none (or is a private one).
std::string clean_server(std::string_view server, const key_rules& rules) {
  if (server.find("://") == server.npos) {
    if (const auto at = server.rfind('@'); at != server.npos)
      server.remove_prefix(at + 1);  // @me@mastodon.social
  }
  key_buffer buffer;
  const auto key = make_key(server, rules, buffer);
  return key && site_of(*key) == *key ? std::string(*key) : std::string();
}

/// What leads to `place`: a redirect, or where the reader named the server, a page that says so.
void lead_to(const loop_context& loop, const dialog_query& query, const place& where, http::response& out) {
  const share_page& share = loop.policy->share;
  const auto address = share.address(where.id, query.page);
  if (!address) return answer_page(loop, query, share_notice::copy, out);
  if (!share.asks_for_server(where.id)) return redirect(*address, out);
  const leave_page& leave = loop.shared.pages.leave;
  out.static_fields = leave.fields(query.language);
  out.unmade = query.is_head;
  if (query.is_head) return;
  out.body.clear();
  leave.render(query.language, query.page, where.name, *address, out.body);
}

/// Whether a share that this request asks for counts: as for a click, without bots, prefetches, what a page
/// embeds, floods, and made-up links.
bool counts(loop_context& loop, const http::request& in, const dialog_query& query) {
  if (in.verb != http::method::get || !loop.shared.ids.is_good(query.id, query.link.key)) return false;
  return counts_share(loop, in, query.link, loop.shared.filter.of_navigation(in, loop.bots));
}

}  // namespace

deferred_ptr answer_dialog(loop_context& loop, const http::request& in, http::response& out) {
  dialog_query query;
  read_dialog(loop, in, query);
  if (!query.edited) count_events(loop, in, {&query.link, 1}, event_kind::click);
  const site_pages& pages = loop.shared.pages;
  if (pages.composer && query.fits) {
    redirect(pages.composer->expand(query.page), out);
  } else if (pages.composer) {
    answer_error(out, 400, "url_invalid", "the URL is too long for the address of the share dialog");
  } else {
    answer_page(loop, query, query.notice(), out);
  }
  return nullptr;
}

deferred_ptr answer_place(loop_context& loop, const http::request& in, http::response& out) {
  dialog_query query;
  read_dialog(loop, in, query);
  const share_page& share = loop.policy->share;
  if (loop.shared.pages.composer) {
    answer_error(out, 404, "no_such_place",
                 "this server has no share page: its dialog is another application's");
    return nullptr;
  }
  const place* where = share.find(query.place);
  if (where == nullptr) {
    answer_error(out, 404, "no_such_place", "the share page does not offer this place");
    return nullptr;
  }
  if (const auto notice = query.notice(); notice != share_notice::none) {
    if (query.link.key.empty()) count_refused(loop, in, {&query.link, 1});
    answer_page(loop, query, notice == share_notice::no_url ? share_notice::bad_url : notice, out);
    return nullptr;
  }
  const std::string given_server(query.page.server);
  const std::string server = clean_server(given_server, loop.shared.settings.rules);
  query.page.server = server;
  if (share.asks_for_server(query.place) && server.empty()) {
    query.page.server = given_server;
    answer_page(loop, query, share_notice::bad_server, out);
    return nullptr;
  }
  lead_to(loop, query, *where, out);
  if (!counts(loop, in, query)) return nullptr;
  share_report report{std::string(query.link.key), std::string(query.id) + "-" + std::string(query.place), 1};
  return std::make_shared<recorded_share>(loop.shared.shares, std::move(report), out, loop.policy);
}

}  // namespace buttond
