#pragma once
// What a page's author copies: the button as HTML, as a custom element, as an iframe, as a drawing in
// Markdown, and for WordPress. No state; any thread.

#include "button/handlers/pages/button_look.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace buttond {

enum class snippet_form : std::uint8_t { html, element, iframe, markdown, wordpress };

struct snippet_kind {
  snippet_form form;
  std::string_view id;    // as in the address of the home page
  std::string_view name;  // as readers know it
  std::string_view note;  // where to paste it, and what it does
};

/// All of them; the first is the one to recommend.
std::span<const snippet_kind> snippet_kinds() noexcept;

/// The kind with this id, else the first.
const snippet_kind& snippet_kind_of(std::string_view id) noexcept;

/// The code. `origin` is this server as pages reach it ("https://share.example.com"). Without a URL in `look`
/// the snippets with a script share the page they stand on; the others say where its address goes.
std::string make_snippet(snippet_form form, std::string_view origin,
                         const button_look<std::string_view>& look);

/// The link of the HTML snippet alone, which the loader turns into a button.
std::string make_button_link(std::string_view origin, const button_look<std::string_view>& look);

}  // namespace buttond
