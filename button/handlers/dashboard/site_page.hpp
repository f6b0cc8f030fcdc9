#pragma once
// The page of a site as HTML without script: for the operator on the admin listener, and for whoever has a
// link that was signed for the site on the public one. Every name and key in it is somebody else's text, and
// escaped. Constant after construction; any thread.

#include "button/handlers/dashboard/site_facts.hpp"
#include "button/handlers/pages/page_template.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace buttond {

/// How a reader came to the page, which is how he goes on from it.
struct site_door {
  bool is_shared = false;  // by a signed link; else on the admin listener
  std::int64_t until = 0;
  std::string signature;
};

/// Why there is no page.
struct site_note {
  std::string title;
  std::string what;
  std::string todo;
};

class site_page {
 public:
  /// `origin`: this server as readers reach it, "https://share.example.com"; empty where nobody said. Throws
  /// startup_error for a build without the page.
  explicit site_page(std::string_view origin);

  /// Appends the page of what was read, whose days were.
  void render(const site_facts& facts, const site_door& door, std::string& out) const;

  void render(const site_note& note, bool is_shared, std::string& out) const;

  /// "share.example.com", or "this server".
  const std::string& server() const noexcept { return server_; }

 private:
  std::string content(const site_facts& facts, const site_door& door) const;
  std::string empty(const site_facts& facts) const;

  std::string server_;
  std::string snippet_;  // empty where the origin is not known
  page_template operators_;
  page_template shared_;
  page_template content_;
  page_template empty_;
  page_template operators_note_;
  page_template shared_note_;
};

/// The header fields of the page, its notes and its tables but for Content-Type and what belongs to one
/// answer.
inline constexpr std::string_view site_page_fields =
    "Content-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'\r\n"
    "X-Robots-Tag: noindex\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Permissions-Policy: browsing-topics=()\r\n"
    "Cache-Control: private, no-store\r\n";

}  // namespace buttond
