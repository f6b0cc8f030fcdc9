#pragma once
// An address with places to fill in, such as "https://example.com/compose?link={url}&words={text}".
// No state beyond its own; any thread.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

/// What a dialog was asked to share, decoded.
struct shared_page {
  std::string_view url{};
  std::string_view text{};
  std::string_view via{};      // whose account to mention, without '@'
  std::string_view picture{};  // address of a picture
  std::string_view server{};   // of those places that everybody has on another server
};

/// Bytes of what is put into an address, percent-encoded: a Location of more than 4 KB is an error of ours to
/// a proxy in front of us.
inline constexpr std::size_t room_in_address = 3'000;

/// Leaves out what does not go into room_in_address beside the URL: a server, an account or a picture as a
/// whole, of the words the last ones, with a "…" in their place. `words` keeps what page.text then points to.
/// False where the URL alone does not go in.
bool fit_into_address(shared_page& page, std::string& words);

class url_template {
 public:
  /// Knows {url}, {text}, {via}, {picture} and {server}. Throws startup_error, without naming the flag, for
  /// another name in braces, an unpaired brace, or a template without {url}.
  explicit url_template(std::string_view text);

  /// Each name replaced by its value, percent-encoded.
  std::string expand(const shared_page& page) const;

 private:
  using field = std::string_view shared_page::*;
  struct piece {
    std::string literal;
    field value;  // follows the literal; null after the last one
  };

  std::vector<piece> pieces_;
};

/// The template that --composer-url gives. Throws startup_error like the constructor, also for one that is
/// not an address on the web, or that asks for {server}.
url_template parse_composer_url(std::string_view text);

}  // namespace buttond
