#include "button/handlers/pages/share_page.hpp"

#include "button/handlers/pages/page_fields.hpp"
#include "button/handlers/pages/page_template.hpp"
#include "button/handlers/pages/share_link.hpp"

namespace buttond {
namespace {

using data_list = kainjow::mustache::list;

std::string place_link(std::string_view id, const shared_page& page, std::string_view share_id) {
  std::string path = "/add/to?place=";
  path.append(id).append("&id=").append(share_id);
  return share_link(path, page);
}

std::string_view words_of(share_notice notice) noexcept {
  switch (notice) {
    case share_notice::bad_url:
      return "That address cannot be shared. It must be a page on the web, such as https://example.com/post.";
    case share_notice::long_url:
      return "That address is too long for the places to take. Copy it, and share it by hand.";
    case share_notice::bad_server:
      return "That is not the name of a server. It looks like mastodon.social.";
    case share_notice::copy:
      return "Copy the address above.";
    default:
      return {};
  }
}

}  // namespace

share_page::share_page(const std::vector<std::string>& place_ids)
    : template_(std::make_unique<page_template>("share.html")) {
  for (const place& each : choose_places(place_ids)) {
    places_.push_back(
        {each, each.address.empty() ? std::nullopt : std::optional<url_template>(each.address)});
  }
  fields_ = page_fields("form-action 'self'; frame-ancestors 'none'", "no-store");
}

share_page::~share_page() = default;

void share_page::render(const shared_page& page, std::string_view share_id, share_notice notice,
                        std::string& out) const {
  page_data values;
  values.set("style", linked_file("site.css"));
  values.set("script", linked_file("share.js"));
  set(values, "url", page.url);
  set(values, "text", page.text);
  set(values, "via", page.via);
  set(values, "picture", page.picture);
  set(values, "server", page.server);
  set(values, "id_of_page", share_id);
  const bool shareable =
      notice != share_notice::no_url && notice != share_notice::bad_url && notice != share_notice::long_url;
  values.set("shareable", shareable);
  values.set("asks_for_url", !shareable);
  values.set("copy_notice", notice == share_notice::copy);
  values.set("server_open", notice == share_notice::bad_server || !page.server.empty());
  if (const auto words = words_of(notice); !words.empty()) set(values, "notice", words);
  data_list list;
  for (const offered_place& each : places_) {
    page_data item;
    set(item, "id", each.what.id);
    set(item, "name", each.what.name);
    set(item, "colour", each.what.colour);
    set(item, "icon", each.what.icon);
    set(item, "href", place_link(each.what.id, page, share_id));
    item.set("asks_for_server", asks_for_server(each.what.id));
    item.set("needs_script", each.what.id == "system");
    list.push_back(item);
  }
  values.set("places", list);
  template_->render(values, out);
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
