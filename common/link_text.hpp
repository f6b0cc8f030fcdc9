#pragma once
// What became of a link on its way here, undone: line ends that a mailer or an editor put in, an encoding too
// many, HTML's character references that a template left. And its scheme, however many slashes follow it.
// Belongs to url_key. No state: any thread; only whole_link allocates.
//
// Sources: WHATWG URL section 4.4 (what a browser drops, and how it reads slashes), HTML section 13.2.5.72
// (character references).

#include "common/ascii.hpp"
#include "common/error.hpp"
#include "common/url_key.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

namespace buttond {

/// The observer of make_key, which costs nothing.
struct no_observer {
  /// `rule` and the name it was applied to (or nothing) led to the URL that `pieces` make up.
  void after(std::string_view, std::string_view, std::initializer_list<std::string_view>) const noexcept {}
};

/// Each is `url` itself where there is nothing to undo, else written into `buffer`, which has room for it and
/// in which `url` may lie.
std::string_view without_line_ends(std::string_view url, key_buffer& buffer) noexcept;
std::string_view decoded_again(std::string_view url, key_buffer& buffer) noexcept;
std::string_view without_references(std::string_view url, key_buffer& buffer) noexcept;

/// Blanks and control characters around a link are no part of it.
std::string_view without_blanks(std::string_view url) noexcept;

/// All of that; the observer is shown the URL after each step. `url` has max_url_bytes at most.
template <class Observer>
std::string_view mended_link(std::string_view url, key_buffer& buffer, Observer& observer) {
  constexpr int most_encodings = 3;  // so that the time is linear
  for (int encodings = 0;; ++encodings) {
    url = without_blanks(url);
    observer.after("drop the blanks around it", {}, {url});
    url = without_line_ends(url, buffer);
    observer.after("drop the tabs and line ends in it", {}, {url});
    const std::string_view decoded = encodings < most_encodings ? decoded_again(url, buffer) : url;
    if (decoded.size() == url.size()) break;
    url = decoded;
    observer.after("decode what was encoded once more", {}, {url});
  }
  url = without_references(url, buffer);
  observer.after("decode the HTML character references", {}, {url});
  return url;
}

/// A link's "http" or "https", empty where it has none (as a key has not), and what its slashes lead to.
struct scheme_and_rest {
  std::string_view scheme;
  std::string_view rest;
};

/// A key may have "host:port", which the digits tell from "scheme:". Error: errc::url_scheme.
result<scheme_and_rest> split_scheme(std::string_view url) noexcept;

/// What follows a scheme, without a user name and password that are empty.
std::string_view without_empty_credentials(std::string_view rest) noexcept;

/// The link that `url`, which has a key, stands for, as any server understands it: mended, with its scheme
/// (where it has none, https), and slashes where browsers read slashes.
std::string whole_link(std::string_view url);

}  // namespace buttond
