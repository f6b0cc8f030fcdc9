#pragma once
// The built-in share page: the shared link, the words to go with it, and the places to share it. Each place
// is a plain link to /add/to, which counts the share and redirects, or to a server of the reader's choice
// leads by way of leave_page.hpp. Languages are those of assets/languages.hpp, by their number. Constant
// after construction; any thread.

#include "button/handlers/pages/page_template.hpp"
#include "button/handlers/pages/places.hpp"
#include "button/handlers/pages/url_template.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

/// What the page says beside the field that it is about.
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

  /// Appends the page. `site` is that of the link's key; empty where the notice says that there is none.
  /// `share_id` names this showing of the page: with a place's id it makes the id of a share, so that the
  /// same link followed twice counts once.
  void render(std::size_t language, const shared_page& page, std::string_view site, std::string_view share_id,
              share_notice notice, std::string& out) const;

  /// Content-Type, Content-Security-Policy and what else it is sent with.
  std::string_view fields(std::size_t language) const noexcept { return editions_[language].fields; }

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

  /// The page in one language.
  struct edition {
    page_template sharing;
    page_template asking;  // for another link
    std::string_view copy_by_hand;
    std::string_view bad_url;
    std::string_view long_url;
    std::string_view bad_server;
    std::string fields;
  };

  edition make_edition(const struct language& language) const;

  std::vector<offered_place> places_;
  std::vector<edition> editions_;
};

}  // namespace buttond
