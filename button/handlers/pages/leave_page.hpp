#pragma once
// The page between the share page and a place on a server that the reader names: anybody may write a link
// with a server in it, so where it leads is said before it is gone to, and never by a redirect. Languages are
// those of assets/languages.hpp, by their number. Constant after construction; any thread.

#include "button/handlers/pages/page_template.hpp"
#include "button/handlers/pages/url_template.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

class leave_page {
 public:
  /// Throws startup_error for a build without the page.
  leave_page();

  /// Appends the page: `page` is shared at `address`, which is on page.server, at the place of that name.
  void render(std::size_t language, const shared_page& page, std::string_view place, std::string_view address,
              std::string& out) const;

  /// Content-Type, Content-Security-Policy and what else it is sent with.
  std::string_view fields(std::size_t language) const noexcept { return editions_[language].fields; }

 private:
  /// The page in one language.
  struct edition {
    page_template plain;
    page_template warning;  // of a name with other letters
    std::string fields;
  };

  std::vector<edition> editions_;
};

}  // namespace buttond
