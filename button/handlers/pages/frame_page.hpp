#pragma once
// The button as a page of its own, for an iframe. Its body holds `<span id="buffer_count">N</span>` byte for
// byte, because that is what the clients of the Buffer button look for.

#include "button/handlers/pages/button_look.hpp"
#include "button/handlers/pages/button_words.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

class frame_page {
 public:
  /// Looks up its style and script among the linked assets; throws startup_error where they are missing.
  frame_page();

  /// Appends the page; its script reports an impression once what look.unseen marks is shown. Without a count
  /// (not known at the moment) the span holds 0, and nothing is shown.
  void render(const button_look<std::string_view>& look, std::optional<std::int64_t> count,
              std::string& out) const;

  /// Content-Type, Content-Security-Policy and what else every such page is sent with.
  std::string_view fields(std::size_t language) const noexcept { return editions_[language].fields; }

 private:
  /// What depends on the language.
  struct edition {
    button_words words;
    std::string head;
    std::string fields;
  };

  std::vector<edition> editions_;
  std::string tail_;
};

}  // namespace buttond
