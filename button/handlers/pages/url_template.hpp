#pragma once
// An address with places to fill in, such as "https://example.com/compose?link={url}&words={text}".
// No state beyond its own; any thread.

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
