#include "button/handlers/pages/share_page.hpp"

#include "assets/languages.hpp"
#include "button/handlers/pages/escape.hpp"
#include "button/handlers/pages/page_fields.hpp"
#include "button/handlers/pages/share_link.hpp"
#include "button/handlers/pages/shown_link.hpp"

#include <fmt/format.h>

#include <array>

namespace buttond {
namespace {

using data_list = kainjow::mustache::list;

enum slot : std::size_t {
  url,
  text,
  via,
  picture,
  server,
  share_id,
  link_query,  // of a link to a place, behind its name
  scheme,
  host,
  rest,
  link_status,
  link_focus,
  url_error,
  url_invalid,
  server_error,
  server_invalid,
  server_focus,
  server_open,
  slot_count
};
constexpr std::array<std::string_view, slot_count> slots{
    "url",        "text",        "via",          "picture",        "server",       "share_id",
    "link_query", "scheme",      "host",         "rest",           "link_status",  "link_focus",
    "url_error",  "url_invalid", "server_error", "server_invalid", "server_focus", "server_open"};

page_data describe(const place& what, std::string_view name, bool asks_for_server) {
  page_data item;
  set(item, "id", what.id);
  set(item, "name", name);
  set(item, "colour", what.colour);
  set(item, "icon", what.icon);
  item.set("asks_for_server", asks_for_server);
  return item;
}

bool can_be_shared(share_notice notice) noexcept {
  return notice == share_notice::none || notice == share_notice::copy || notice == share_notice::bad_server;
}

}  // namespace

share_page::share_page(const std::vector<std::string>& place_ids) {
  for (const place& each : choose_places(place_ids)) {
    places_.push_back(
        {each, each.address.empty() ? std::nullopt : std::optional<url_template>(each.address)});
  }
  for (const language& each : languages()) editions_.push_back(make_edition(each));
}

share_page::edition share_page::make_edition(const language& language) const {
  page_data constants;
  constants.set("style", linked_file("site.css"));
  constants.set("own_style", linked_file("share.css"));
  constants.set("script", linked_file("share.js"));
  data_list places;
  for (const offered_place& each : places_) {
    const std::string_view id = each.what.id;
    const std::string_view name = id == "email"    ? word_of(language, "place_email")
                                  : id == "system" ? word_of(language, "place_system")
                                                   : each.what.name;
    // What the page does itself is not among the others.
    if (id == "copy")
      constants.set("copies", true);
    else if (id == "system")
      constants.set("system", describe(each.what, name, false));
    else
      places.push_back(describe(each.what, name, asks_for_server(id)));
  }
  constants.set("places", places);
  const std::string page = fmt::format("{}/share.html", language.tag);
  const auto made = [&](bool shareable) {
    constants.set("shareable", shareable);
    return page_template(page, constants, slots);
  };
  page_template sharing = made(true);
  return {std::move(sharing),
          made(false),
          word_of(language, "copy_by_hand"),
          word_of(language, "bad_url"),
          word_of(language, "long_url"),
          word_of(language, "bad_server"),
          page_fields("form-action 'self'; frame-ancestors 'none'", "no-store") + language_fields(language)};
}

void share_page::render(std::size_t language, const shared_page& page, std::string_view site,
                        std::string_view id, share_notice notice, std::string& out) const {
  const edition& spoken = editions_[language];
  std::array<std::string_view, slot_count> values{};
  values[url] = page.url;
  values[text] = page.text;
  values[via] = page.via;
  values[picture] = page.picture;
  values[server] = page.server;
  values[share_id] = id;
  if (!can_be_shared(notice)) {
    if (notice == share_notice::bad_url) values[url_error] = spoken.bad_url;
    if (notice == share_notice::long_url) values[url_error] = spoken.long_url;
    values[url_invalid] = values[url_error].empty() ? "false" : "true";
    spoken.asking.render(values, out);
    return;
  }
  const shown_link shown = show_link(page.url, site);
  std::string query;
  append_escaped(query, share_link(fmt::format("&id={}", id), page));
  values[link_query] = query;
  values[scheme] = shown.scheme;
  values[host] = shown.host;
  values[rest] = shown.rest;
  if (notice == share_notice::copy) {
    values[link_status] = spoken.copy_by_hand;
    values[link_focus] = "autofocus";
  }
  const bool server_is_wrong = notice == share_notice::bad_server;
  values[server_invalid] = server_is_wrong ? "true" : "false";
  if (server_is_wrong) {
    values[server_error] = spoken.bad_server;
    values[server_focus] = "autofocus";
  }
  if (server_is_wrong || !page.server.empty()) values[server_open] = "open";
  spoken.sharing.render(values, out);
}

const place* share_page::find(std::string_view id) const noexcept {
  for (const offered_place& each : places_)
    if (each.what.id == id) return &each.what;
  return nullptr;
}

bool share_page::asks_for_server(std::string_view id) const noexcept {
  const place* what = find(id);
  return what != nullptr && what->address.find("{server}") != std::string_view::npos;
}

std::optional<std::string> share_page::address(std::string_view id, const shared_page& page) const {
  for (const offered_place& each : places_) {
    if (each.what.id == id && each.address) return each.address->expand(page);
  }
  return std::nullopt;
}

}  // namespace buttond
