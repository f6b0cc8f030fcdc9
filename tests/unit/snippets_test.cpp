#include "button/handlers/pages/snippets.hpp"

#include "assets/assets.hpp"
#include "button/handlers/pages/home_page.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace buttond;

namespace {

constexpr std::string_view origin = "https://share.example.com";

button_look<std::string_view> look_of(std::string_view url) {
  button_look<std::string_view> look;
  look.url = url;
  return look;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the HTML snippet is a link that works, its room reserved, and the loader with its integrity",
          "[pages]") {
  const std::string code = make_snippet(snippet_form::html, origin, look_of("https://example.com/a?b=c&d=e"));
  CHECK(contains(
      code, "<a class=\"buttond\" href=\"https://share.example.com/add?url=https%3A%2F%2Fexample.com%2Fa"));
  CHECK(contains(code, "data-url=\"https://example.com/a?b=c&amp;d=e\""));
  CHECK(contains(code, "<svg width=\"110\" height=\"16\" overflow=\"visible\" role=\"img\""));
  const asset_address& loader = address_of("button.js");
  CHECK(contains(code, "src=\"https://share.example.com" + std::string(loader.path) + "\""));
  CHECK(contains(code, "integrity=\"" + std::string(loader.integrity) + "\" crossorigin=\"anonymous\""));
  CHECK_FALSE(contains(code, "style="));
}

TEST_CASE("a snippet without a URL shares the page it stands on", "[pages]") {
  const std::string code = make_snippet(snippet_form::html, origin, look_of(""));
  CHECK(contains(code, "href=\"https://share.example.com/add\""));
  CHECK_FALSE(contains(code, "data-url"));
}

TEST_CASE("the room that is reserved is that of the style and size", "[pages]") {
  button_look<std::string_view> look;
  look.style = button_style::vertical;
  CHECK(contains(make_snippet(snippet_form::html, origin, look), "<svg width=\"55\" height=\"58\" overflow"));
  look.large = true;
  CHECK(
      contains(make_snippet(snippet_form::html, origin, look), "<svg width=\"82.5\" height=\"89\" overflow"));
  CHECK(contains(make_snippet(snippet_form::iframe, origin, look), "width=\"82.5\" height=\"93\""));
}

TEST_CASE("a Markdown snippet holds no character that ends it early", "[pages]") {
  const std::string code =
      make_snippet(snippet_form::markdown, origin, look_of("https://example.com/a_(b)[c]?d=\"e\" f"));
  CHECK(code.starts_with("[![Share this page](https://share.example.com/button.svg?url="));
  CHECK_FALSE(contains(code, "(b)"));
  CHECK_FALSE(contains(code, " f"));
}

TEST_CASE("the WordPress snippet cannot be broken out of", "[pages]") {
  button_look<std::string_view> look;
  look.label = "it's \\ <b>, 100% free";
  const std::string code = make_snippet(snippet_form::wordpress, origin, look);
  CHECK_FALSE(contains(code, "printf"));  // to which 100% is a mistake
  CHECK(contains(code, "it&#39;s \\\\ &lt;b&gt;"));
  CHECK(contains(code, ". rawurlencode($url) . "));
}

TEST_CASE("nothing that is asked for becomes markup on the home page", "[pages]") {
  const home_page page;
  for (const snippet_kind& kind : snippet_kinds()) {
    home_query query;
    query.form = kind.form;
    query.origin = "https://evil.example/\"><script>alert(0)</script>";
    query.look = look_of("https://example.com/\"><script>alert(1)</script>");
    query.asked = query.look.url;
    query.look.label = "</code><script>alert(2)</script>";
    query.look.text = "\"><script>alert(3)</script>";
    std::string out;
    page.render(query, {}, out);
    CAPTURE(kind.id);
    CHECK_FALSE(contains(out, "<script>alert"));
  }
}

TEST_CASE("the home page that is made beforehand is the one of who asks for nothing", "[pages]") {
  const home_page page;
  home_query query;
  query.origin = origin;
  std::string made;
  page.render(query, {}, made);
  CHECK(contains(made, "&lt;script async src=&quot;" + std::string(origin)));
  std::string first;
  page.render_first(origin, first);
  CHECK(first == made);
}

TEST_CASE("the home page shows how a URL becomes a key, or why it does not", "[pages]") {
  const home_page page;
  home_query query;
  query.origin = origin;
  query.asked = query.look.url = "HTTPS://WWW.Example.com/a/?utm_source=x";
  std::string out;
  page.render(query, {}, out);
  CHECK(contains(out, "<code>example.com/a</code>"));
  query.asked = query.look.url = "ftp://example.com/";
  out.clear();
  page.render(query, {}, out);
  CHECK(contains(out, "This address cannot be counted"));
  query.asked = "https://example.com/";
  query.look.url = {};
  out.clear();
  page.render(query, {}, out);
  CHECK(contains(out, "it is too long for the address of a place"));
}
