#include "button/handlers/pages/snippets.hpp"

#include "assets/assets.hpp"
#include "button/handlers/pages/button_room.hpp"
#include "button/handlers/pages/escape.hpp"
#include "button/version.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace buttond {
namespace {

using look_view = button_look<std::string_view>;

constexpr std::string_view address_to_fill_in = "https://example.com/your-page";

constexpr std::array kinds{
    snippet_kind{snippet_form::html, "html", "HTML",
                 "Paste it where the button should stand. Without its script it is a plain link that works."},
    snippet_kind{snippet_form::element, "element", "Custom element",
                 "The same button as an element of its own, for templates and components."},
    snippet_kind{snippet_form::iframe, "iframe", "Iframe",
                 "For pages where no script of others may run. It needs the page's address."},
    snippet_kind{snippet_form::markdown, "markdown", "Markdown",
                 "A drawing with a link, for READMEs, feeds and mail. It needs the page's address."},
    snippet_kind{snippet_form::wordpress, "wordpress", "WordPress",
                 "For the functions.php of a theme: a button below every post."}};

std::string escaped(std::string_view text) {
  std::string out;
  append_escaped(out, text);
  return out;
}

std::string attribute(std::string_view name, std::string_view value) {
  return value.empty() ? std::string() : fmt::format(" {}=\"{}\"", name, escaped(value));
}

std::string dialog(std::string_view origin, const look_view& look) {
  std::string path;
  if (look.url.empty()) {
    path = "/add";
  } else {
    append_dialog(path, look);
  }
  return escaped(std::string(origin) + path);
}

/// What reserves the button's room and stands there without the script. Presentation attributes, not styles,
/// so that no CSP stops it. A button reaches 4 px below the line that words stand on, and so must this, which
/// stands on that line: by drawing over its edge.
std::string placeholder(const look_view& look) {
  constexpr double below_line = 4;
  const button_room size = room_of(look);
  const double top = size.height - size.label_height;
  const std::string label = escaped(shortened_label(look.label));
  const double scale = look.large ? 1.5 : 1;
  // Line ends stand inside the tags, so that no white space comes to stand in the page.
  return fmt::format(
      "<svg width=\"{:g}\" height=\"{:g}\" overflow=\"visible\" role=\"img\"\n  aria-label=\"{}\"><rect\n  "
      "y=\"{:g}\" width=\"{:g}\" "
      "height=\"{:g}\" rx=\"4\" fill=\"#3b50ce\"/><text\n  x=\"{:g}\" y=\"{:g}\" fill=\"#fff\" "
      "font-size=\"{:g}\" font-family=\"system-ui,sans-serif\"\n  text-anchor=\"middle\">{}</text></svg>",
      size.width, size.height - below_line, label, top, size.label_width, size.label_height,
      size.label_width / 2, top + 13.5 * scale, 10 * scale, label);
}

std::string data_attributes(const look_view& look) {
  return attribute("data-url", look.url) + attribute("data-text", look.text) +
         attribute("data-via", look.via) + attribute("data-count", name_of(look.style)) +
         attribute("data-size", look.large ? "large" : "");
}

std::string script(std::string_view origin) {
  const asset_address& loader = address_of("button.js");
  return fmt::format("<script async src=\"{}{}\"\n  integrity=\"{}\" crossorigin=\"anonymous\"></script>",
                     escaped(origin), loader.path, loader.integrity);
}

/// The query of /button/ and /button.svg.
std::string drawn_query(const look_view& look) {
  std::string query = "?url=";
  append_component(query, look.url);
  query.append("&count=").append(name_of(look.style));
  if (look.large) query += "&size=large";
  const std::array<std::pair<std::string_view, std::string_view>, 2> texts{
      {{"&label=", look.label}, {"&text=", look.text}}};
  for (const auto& [name, value] : texts) {
    if (value.empty()) continue;
    query += name;
    append_component(query, value);
  }
  return query;
}

std::string element(std::string_view origin, const look_view& look) {
  return fmt::format("<buttond-button{}><a href=\"{}\"\n rel=\"noreferrer\">{}</a></buttond-button>\n{}",
                     data_attributes(look), dialog(origin, look), placeholder(look), script(origin));
}

std::string iframe(std::string_view origin, const look_view& look) {
  const button_room size = room_of(look);
  return fmt::format(
      "<iframe src=\"{}\"\n  title=\"Share this page\" width=\"{:g}\" height=\"{:g}\" frameborder=\"0\" "
      "scrolling=\"no\" loading=\"lazy\"></iframe>",
      escaped(std::string(origin) + "/button/" + drawn_query(look)), size.width, size.height);
}

std::string markdown(std::string_view origin, const look_view& look) {
  std::string path;
  append_dialog(path, look);
  // Percent-encoding leaves none of ( ) [ ] in an address.
  return fmt::format("[![Share this page]({0}/button.svg{1})]({0}{2})", origin, drawn_query(look), path);
}

/// `text` inside a PHP string in single quotes.
std::string php(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

/// Loads the script asynchronously in every WordPress: wp_enqueue_script has a strategy since 6.3 only.
std::string wordpress(std::string_view origin, const look_view& look) {
  const asset_address& loader = address_of("button.js");
  look_view plain = look;
  plain.url = {};
  plain.text = {};
  return fmt::format(
      "add_filter('the_content', function ($content) {{\n"
      "  if (!is_singular()) return $content;\n"
      "  $url = get_permalink();\n"
      "  return $content . '<p><a class=\"buttond\" rel=\"noreferrer\" href=\"{0}/add?url='\n"
      "    . rawurlencode($url) . '\" data-url=\"' . esc_url($url) . '\"{1}>{2}</a></p>';\n"
      "}});\n"
      "add_action('wp_enqueue_scripts', function () {{\n"
      "  wp_enqueue_script('buttond', '{0}{3}', [], '{5}', true);\n"
      "}});\n"
      "add_filter('script_loader_tag', function ($tag, $handle) {{\n"
      "  if ($handle !== 'buttond') return $tag;\n"
      "  return str_replace(' src=', ' async integrity=\"{4}\" crossorigin=\"anonymous\" src=', $tag);\n"
      "}}, 10, 2);",
      php(escaped(origin)), php(data_attributes(plain)), php(placeholder(plain)), loader.path,
      loader.integrity, version());
}

}  // namespace

std::span<const snippet_kind> snippet_kinds() noexcept {
  return kinds;
}

const snippet_kind& snippet_kind_of(std::string_view id) noexcept {
  const auto* const found = std::ranges::find(kinds, id, &snippet_kind::id);
  return found == kinds.end() ? kinds.front() : *found;
}

std::string make_button_link(std::string_view origin, const button_look<std::string_view>& look) {
  return fmt::format("<a class=\"buttond\" href=\"{}\"\n rel=\"noreferrer\"{}>{}</a>", dialog(origin, look),
                     data_attributes(look), placeholder(look));
}

std::string make_snippet(snippet_form form, std::string_view origin,
                         const button_look<std::string_view>& look) {
  look_view addressed = look;
  if (addressed.url.empty()) addressed.url = address_to_fill_in;
  switch (form) {
    case snippet_form::element:
      return element(origin, look);
    case snippet_form::iframe:
      return iframe(origin, addressed);
    case snippet_form::markdown:
      return markdown(origin, addressed);
    case snippet_form::wordpress:
      return wordpress(origin, look);
    default:
      return make_button_link(origin, look) + "\n" + script(origin);
  }
}

}  // namespace buttond
