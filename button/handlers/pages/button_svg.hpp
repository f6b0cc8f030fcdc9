#pragma once
// The button as a drawing, for feeds, READMEs and mail: no script, no font of its own, nothing loaded.

#include "button/handlers/pages/button_look.hpp"
#include "button/handlers/pages/button_words.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

class button_svg {
 public:
  /// Looks up its style among the linked assets; throws startup_error where it is missing.
  button_svg();

  /// Appends the drawing; dark where the reader's scheme is. Its title says the exact count.
  void render(const button_look<std::string_view>& look, std::optional<std::int64_t> count,
              std::string& out) const;

  /// Content-Type, Content-Security-Policy and what else it is sent with.
  std::string_view fields(std::size_t language) const noexcept { return editions_[language].fields; }

 private:
  /// What depends on the language.
  struct edition {
    button_words words;
    std::string_view tag;
    std::string fields;
  };

  std::string_view style_;
  std::vector<edition> editions_;
};

/// How wide `text` is at a font size of 1,000, in Verdana and in DejaVu Sans, its metric cousin. Other fonts
/// are fitted to it by textLength. Characters outside ASCII are taken as wide (CJK) or as an average letter
/// of their script.
int text_width(std::string_view text) noexcept;

}  // namespace buttond
