#pragma once
// What a button without script shows, whether as a page in a frame or as a drawing: style, size, label,
// count, and the dialog it opens. No state; any thread.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace buttond {

enum class button_style : std::uint8_t { horizontal, vertical, none };

/// `data-count` or `count=`; anything unknown is horizontal.
button_style parse_style(std::string_view name) noexcept;
std::string_view name_of(button_style style) noexcept;

/// The parameters of a button, with `Text` std::string_view while its request lasts, std::string beyond.
template <class Text>
struct button_look {
  button_style style = button_style::horizontal;
  bool large = false;
  Text label{};  // empty: "Share", in that language
  Text url{};
  Text text{};
  Text via{};
  Text picture{};
  std::size_t language = 0;  // of languages(), for the words that are not given
  bool unseen = false;       // asked for ahead of being shown, and not counted
};

/// Appends "/add?url=..&text=..": the dialog of that button.
void append_dialog(std::string& out, const button_look<std::string_view>& look);

/// Cuts the label, and what goes along with the URL (url_template.hpp), to the room there is. `words` keeps
/// what look.text then points to. False where the URL alone has no room.
bool fit_into_address(button_look<std::string_view>& look, std::string& words);

/// A label is drawn on one line: at most so many bytes of it (whole characters) are taken.
std::string_view shortened_label(std::string_view label) noexcept;

}  // namespace buttond
