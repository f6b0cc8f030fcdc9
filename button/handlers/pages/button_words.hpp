#pragma once
// What a button without script says, in one language. Constant after construction; any thread.

#include "assets/languages.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace buttond {

class button_words {
 public:
  /// Throws startup_error for a language without these words.
  explicit button_words(const language& of);

  /// The label that was given, shortened (shortened_label of button_look.hpp), or "Share".
  std::string_view label(std::string_view given) const noexcept;

  /// "Share this page", or the label that was given, with ", 12 shares" where the count is known.
  std::string accessible_name(std::string_view label, std::optional<std::int64_t> count) const;

  /// A count as readers see it: "987", "1.2K", "12K", "3.4M"; two digits are kept, as Intl's compact notation
  /// does. Its letters are those that sites use in every language.
  std::string compact_count(std::int64_t count) const;

 private:
  std::string_view share_;
  std::string_view share_page_;
  std::string_view name_with_one_;
  std::string_view name_with_count_;
  std::string_view digit_group_;
  std::string_view decimal_point_;
};

}  // namespace buttond
