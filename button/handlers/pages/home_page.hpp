#pragma once
// "Get the button", the page at /: choose a style, see the live button, copy the snippet, see how the URL
// becomes a key. Everything is rendered here, so it works as a plain form; its script only asks for it more
// often. Constant after construction; any thread.

#include "button/handlers/pages/button_look.hpp"
#include "button/handlers/pages/page_template.hpp"
#include "button/handlers/pages/snippets.hpp"
#include "button/handlers/site_list.hpp"
#include "common/url_key.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace buttond {

struct home_query {
  std::string_view asked;  // the URL as it was given; look.url is empty where it is too long for a button
  button_look<std::string_view> look{.large = true};
  snippet_form form = snippet_form::html;
  std::string_view origin;           // of this server, as its readers reach it
  const site_list* sites = nullptr;  // whose links count; null: all
};

class home_page {
 public:
  /// Throws startup_error for a build without the page.
  home_page();

  /// Appends the page. `rules` are those by which the URL becomes a key.
  void render(const home_query& query, const key_rules& rules, std::string& out) const;

  /// The same for who asks for nothing yet: all but `origin` is made already.
  void render_first(std::string_view origin, std::string& out) const;

  /// Content-Type, Content-Security-Policy and what else it is sent with.
  std::string_view fields() const noexcept { return fields_; }

 private:
  std::string explain(const home_query& query, const key_rules& rules) const;

  page_template page_;
  page_template counted_;
  page_template uncounted_;
  page_template step_;
  std::vector<std::string> first_;  // of render_first(), between one origin and the next
  std::string fields_;
};

}  // namespace buttond
