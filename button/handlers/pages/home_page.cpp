#include "button/handlers/pages/home_page.hpp"

#include "assets/assets.hpp"
#include "button/handlers/pages/escape.hpp"
#include "button/handlers/pages/page_fields.hpp"
#include "common/shortened.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <initializer_list>
#include <utility>
#include <vector>

namespace buttond {
namespace {

using data_list = kainjow::mustache::list;

// Each byte escaped, the page stays below 64 KB.
constexpr std::size_t most_shown_steps = 12;
constexpr std::size_t most_shown_bytes = 160;

constexpr std::string_view checked = "checked";
constexpr std::string_view origin_mark =
    "https://origin.invalid";  // nobody's (RFC 2606), and nothing to escape

constexpr std::array<std::pair<button_style, std::string_view>, 3> styles{
    {{button_style::horizontal, "Beside"},
     {button_style::vertical, "Above"},
     {button_style::none, "No count"}}};

enum slot : std::size_t { url, label, text, large, regular, live, note, code, explanation, first_choice };

/// After what is named above, one for each choice of style and form: "checked" stands in it, or nothing.
std::vector<std::string_view> make_slots() {
  std::vector<std::string_view> slots{"url",  "label", "text", "large",      "regular",
                                      "live", "note",  "code", "explanation"};
  for (const auto& style : styles) slots.push_back(name_of(style.first));
  for (const snippet_kind& kind : snippet_kinds()) slots.push_back(kind.id);
  return slots;
}

page_data choice(std::string_view id, std::string_view name) {
  page_data item;
  set(item, "id", id);
  set(item, "name", name);
  item.set("checked", slot_mark(id));
  return item;
}

page_template make_page() {
  page_data constants;
  constants.set("style", linked_file("site.css"));
  constants.set("own_style", linked_file("home.css"));
  constants.set("script", linked_file("home.js"));
  constants.set("loader", linked_file("button.js"));
  const asset* const loader = find_asset(address_of("button.js").path);
  set(constants, "loader_bytes", fmt::format("{:.1f}", double(loader->brotli.body.size()) / 1000));
  data_list of_styles;
  for (const auto& [style, name] : styles) of_styles.push_back(choice(name_of(style), name));
  constants.set("styles", of_styles);
  data_list of_forms;
  for (const snippet_kind& kind : snippet_kinds()) of_forms.push_back(choice(kind.id, kind.name));
  constants.set("forms", of_forms);
  return {"home.html", constants, make_slots()};
}

page_template make_part(std::string_view name, std::initializer_list<std::string_view> slots) {
  return {name, {}, std::vector(slots)};
}

}  // namespace

home_page::home_page()
    : page_(make_page()),
      counted_(make_part("home-counted.html", {"key", "steps"})),
      uncounted_(make_part("home-uncounted.html", {"error"})),
      step_(make_part("home-step.html", {"rule", "url"})),
      fields_(page_fields("form-action 'self'; frame-ancestors 'none'", "no-cache")) {
  home_query query;
  query.origin = origin_mark;
  std::string page;
  render(query, {}, page);
  std::string_view rest = page;
  for (auto at = rest.find(origin_mark); at != rest.npos; at = rest.find(origin_mark)) {
    first_.emplace_back(rest.substr(0, at));
    rest.remove_prefix(at + origin_mark.size());
  }
  first_.emplace_back(rest);
}

void home_page::render_first(std::string_view origin, std::string& out) const {
  for (const std::string& piece : first_) {
    if (&piece != &first_.front()) append_escaped(out, origin);
    out += piece;
  }
}

/// How the URL becomes a key, or why it does not.
std::string home_page::explain(const home_query& query, const key_rules& rules) const {
  const key_explanation explained = explain_key(query.asked, rules);
  std::string out;
  const bool unlisted = explained.key && query.sites != nullptr && !query.sites->has_site_of(*explained.key);
  if (!explained.key || unlisted || query.look.url.empty()) {
    const std::string error = unlisted        ? query.sites->why_unlisted(*explained.key)
                              : explained.key ? "it is too long for the address of a place"
                                              : explained.key.error().message();
    uncounted_.render(std::array<std::string_view, 1>{error}, out);
    return out;
  }
  std::string steps;
  const auto& all = explained.steps;
  for (std::size_t at = 0; at < all.size(); ++at) {
    // Of many the first ones, and what came of all.
    if (at + 1 >= most_shown_steps && at + 1 < all.size()) continue;
    const std::string shown = shortened(all[at].url, most_shown_bytes);
    step_.render(std::array<std::string_view, 2>{all[at].rule, shown}, steps);
  }
  counted_.render(std::array<std::string_view, 2>{*explained.key, steps}, out);
  return out;
}

void home_page::render(const home_query& query, const key_rules& rules, std::string& out) const {
  std::vector<std::string_view> values(first_choice + styles.size() + snippet_kinds().size());
  values[url] = first_characters(query.asked, max_url_bytes);
  values[label] = query.look.label;
  values[text] = query.look.text;
  values[query.look.large ? large : regular] = checked;
  // Shown as it will be drawn: markup of our own making, whose values are escaped already.
  const std::string link = make_button_link(query.origin, query.look);
  values[live] = link;
  const std::string snippet = make_snippet(query.form, query.origin, query.look);
  values[code] = snippet;
  std::size_t next = first_choice;
  for (const auto& style : styles)
    values[next++] = style.first == query.look.style ? checked : std::string_view();
  for (const snippet_kind& kind : snippet_kinds()) {
    const bool chosen = kind.form == query.form;
    if (chosen) values[note] = kind.note;
    values[next++] = chosen ? checked : std::string_view();
  }
  std::string explained;
  if (!query.asked.empty()) explained = explain(query, rules);
  values[explanation] = explained;
  page_.render(values, out);
}

}  // namespace buttond
