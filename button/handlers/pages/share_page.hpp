#pragma once
// The built-in share page: the shared link, the words to go with it, and the places to share it. Each place
// is a plain link to /add/to, which counts the share and redirects, or to a server of the reader's choice
// leads by way of leave_page.hpp. Constant after construction; any thread.

#include "button/handlers/pages/places.hpp"
#include "button/handlers/pages/url_template.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

class page_template;

/// What the page says above the places, besides the link.
enum class share_notice : std::uint8_t {
  none,
  no_url,      // asks for the link
  bad_url,     // the link cannot be shared
  long_url,    // the link does not go into the address of a place
  bad_server,  // asks for the server of a place again
  copy,        // the address is there to be copied by hand
};

class share_page {
 public:
  /// Throws startup_error for an unknown place, or a build without the page.
  explicit share_page(const std::vector<std::string>& place_ids);
  ~share_page();
  share_page(const share_page&) = delete;
  share_page& operator=(const share_page&) = delete;

  /// Appends the page. `share_id` names this showing of the page: with a place's id it makes the id of a
  /// share, so that the same link followed twice counts once.
  void render(const shared_page& page, std::string_view share_id, share_notice notice,
              std::string& out) const;

  /// Content-Type, Content-Security-Policy and what else it is sent with.
  std::string_view fields() const noexcept { return fields_; }

  /// The place of that id; null where the page does not offer it.
  const place* find(std::string_view id) const noexcept;

  /// Whether a place is reached only by way of the reader's own server.
  bool asks_for_server(std::string_view id) const noexcept;

  /// Where `id` takes `page`, whose server is a host that was looked at; nothing for a place that is not
  /// offered, or that the page itself is.
  std::optional<std::string> address(std::string_view id, const shared_page& page) const;

 private:
  struct offered_place {
    place what;
    std::optional<url_template> address;
  };

  std::vector<offered_place> places_;
  std::unique_ptr<page_template> template_;
  std::string fields_;
};

}  // namespace buttond
