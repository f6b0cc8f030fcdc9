#include "button/handlers/pages/home_page.hpp"

#include "assets/assets.hpp"
#include "button/handlers/pages/page_fields.hpp"
#include "button/handlers/pages/page_template.hpp"
#include "common/shortened.hpp"

#include <fmt/format.h>

#include <array>

namespace buttond {
namespace {

using data_list = kainjow::mustache::list;

// Each byte escaped, the page stays below 64 KB.
constexpr std::size_t most_shown_steps = 12;
constexpr std::size_t most_shown_bytes = 160;

page_data styles(button_style chosen) {
  data_list list;
  for (const auto style : {button_style::horizontal, button_style::vertical, button_style::none}) {
    page_data item;
    set(item, "id", name_of(style));
    set(item, "name",
        style == button_style::none         ? "No count"
        : style == button_style::horizontal ? "Beside"
                                            : "Above");
    item.set("checked", style == chosen);
    list.push_back(item);
  }
  return list;
}

page_data forms(snippet_form chosen) {
  data_list list;
  for (const snippet_kind& kind : snippet_kinds()) {
    page_data item;
    set(item, "id", kind.id);
    set(item, "name", kind.name);
    item.set("checked", kind.form == chosen);
    list.push_back(item);
  }
  return list;
}

/// How the URL becomes a key; nothing to say without one.
page_data explanation(const home_query& query, const key_rules& rules) {
  const key_explanation explained = explain_key(query.asked, rules);
  page_data out;
  if (!explained.key || query.look.url.empty()) {
    set(out, "error",
        explained.key ? "it is too long for the address of a place" : explained.key.error().message());
    return out;
  }
  data_list steps;
  const auto& all = explained.steps;
  for (std::size_t at = 0; at < all.size(); ++at) {
    // Of many the first ones, and what came of all.
    if (at + 1 >= most_shown_steps && at + 1 < all.size()) continue;
    page_data item;
    set(item, "rule", all[at].rule);
    set(item, "url", shortened(all[at].url, most_shown_bytes));
    steps.push_back(item);
  }
  out.set("steps", steps);
  set(out, "key", *explained.key);
  return out;
}

}  // namespace

home_page::home_page()
    : template_(std::make_unique<page_template>("home.html")),
      fields_(page_fields("form-action 'self'; frame-ancestors 'none'", "no-cache")) {}

home_page::~home_page() = default;

void home_page::render(const home_query& query, const key_rules& rules, std::string& out) const {
  page_data values;
  values.set("style", linked_file("site.css"));
  values.set("script", linked_file("home.js"));
  values.set("loader", linked_file("button.js"));
  const asset* loader = find_asset("/js/button.js");
  set(values, "loader_bytes",
      loader == nullptr ? "" : fmt::format("{:.1f}", double(loader->brotli.body.size()) / 1000));
  values.set("styles", styles(query.look.style));
  values.set("forms", forms(query.form));
  values.set("large", query.look.large);
  values.set("regular", !query.look.large);
  set(values, "label", query.look.label);
  set(values, "text", query.look.text);
  set(values, "url", first_characters(query.asked, max_url_bytes));
  const std::string code = make_snippet(query.form, query.origin, query.look);
  set(values, "code", code);
  for (const snippet_kind& kind : snippet_kinds()) {
    if (kind.form == query.form) set(values, "note", kind.note);
  }
  // Shown as it will be drawn: markup of our own making, whose values are escaped already.
  set(values, "live", make_button_link(query.origin, query.look));
  if (!query.asked.empty()) values.set("explanation", explanation(query, rules));
  template_->render(values, out);
}

}  // namespace buttond
