#include "button/handlers/callback_name.hpp"

#include "common/char_table.hpp"

#include <boost/url/grammar/alnum_chars.hpp>
#include <boost/url/grammar/digit_chars.hpp>
#include <boost/url/grammar/lut_chars.hpp>

#include <algorithm>
#include <array>

namespace buttond {
namespace {

constexpr char_table identifier_chars(boost::urls::grammar::lut_chars(boost::urls::grammar::alnum_chars) +
                                      '_' + '$');

// What a window has in every page: its objects, and its functions that do something when they are called with
// an object. Source: the HTML standard, Window and its mixins; ECMAScript, the global object.
constexpr auto of_window = std::to_array<std::string_view>({"Array",
                                                            "Function",
                                                            "Object",
                                                            "Promise",
                                                            "Proxy",
                                                            "Reflect",
                                                            "Worker",
                                                            "alert",
                                                            "atob",
                                                            "blur",
                                                            "btoa",
                                                            "caches",
                                                            "cancelIdleCallback",
                                                            "captureEvents",
                                                            "chrome",
                                                            "clearInterval",
                                                            "clearTimeout",
                                                            "clientInformation",
                                                            "close",
                                                            "closed",
                                                            "confirm",
                                                            "console",
                                                            "cookieStore",
                                                            "createImageBitmap",
                                                            "credentialless",
                                                            "crypto",
                                                            "customElements",
                                                            "document",
                                                            "documentPictureInPicture",
                                                            "eval",
                                                            "event",
                                                            "external",
                                                            "fetch",
                                                            "fetchLater",
                                                            "find",
                                                            "focus",
                                                            "frameElement",
                                                            "frames",
                                                            "getComputedStyle",
                                                            "getSelection",
                                                            "globalThis",
                                                            "history",
                                                            "indexedDB",
                                                            "launchQueue",
                                                            "localStorage",
                                                            "location",
                                                            "matchMedia",
                                                            "moveBy",
                                                            "moveTo",
                                                            "navigation",
                                                            "navigator",
                                                            "open",
                                                            "opener",
                                                            "parent",
                                                            "performance",
                                                            "postMessage",
                                                            "print",
                                                            "prompt",
                                                            "queueMicrotask",
                                                            "releaseEvents",
                                                            "reportError",
                                                            "requestAnimationFrame",
                                                            "requestIdleCallback",
                                                            "resizeBy",
                                                            "resizeTo",
                                                            "screen",
                                                            "scroll",
                                                            "scrollTo",
                                                            "self",
                                                            "sessionStorage",
                                                            "setTimeout",
                                                            "speechSynthesis",
                                                            "stop",
                                                            "this",
                                                            "top",
                                                            "window"});

// What does something to an element, which a page's markup can name by its id: forms.submit. And the ways
// from any object to `Function`.
constexpr auto of_elements = std::to_array<std::string_view>(
    {"__proto__",   "after",    "append",      "assign",        "before", "blur", "click",     "close",
     "constructor", "elements", "focus",       "forms",         "form",   "open", "pause",     "play",
     "prototype",   "remove",   "replaceWith", "requestSubmit", "reset",  "show", "showModal", "submit"});

bool is_identifier(std::string_view text) noexcept {
  return !text.empty() && !boost::urls::grammar::digit_chars(text.front()) &&
         std::ranges::all_of(text, identifier_chars);
}

}  // namespace

bool is_callback_name(std::string_view name) noexcept {
  if (name.size() > max_callback) return false;
  for (bool first = true;; first = false) {
    const auto dot = name.find('.');
    const std::string_view part = name.substr(0, dot);
    if (!is_identifier(part)) return false;
    const auto is_part = [&](std::string_view each) { return each == part; };
    if (first ? std::ranges::any_of(of_window, is_part) : std::ranges::any_of(of_elements, is_part))
      return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

}  // namespace buttond
