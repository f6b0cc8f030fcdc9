#include "button/handlers/pages/button_room.hpp"

#include "button/handlers/pages/button_svg.hpp"

#include <algorithm>
#include <cmath>

namespace buttond {

// The sizes are those of button.css. The words are measured in a wide font and in bold, so that they fit
// whatever font the reader's system has; the loader keeps to this width.
button_room room_of(const button_look<std::string_view>& look) {
  constexpr double font_size = 10;
  constexpr double bold = 1.13;
  constexpr double around_words = 22;  // borders, margins, icon
  constexpr double count_width = 55;   // with the gap before it
  const double words = bold * font_size * text_width(shortened_label(look.label)) / 1000;
  const double label_width = std::max(55.0, std::ceil(words + around_words));
  const double scale = look.large ? 1.5 : 1;
  const bool has_count_beside = look.style == button_style::horizontal;
  return {(label_width + (has_count_beside ? count_width : 0)) * scale,
          (look.style == button_style::vertical ? 62 : 20) * scale, label_width * scale, 20 * scale};
}

}  // namespace buttond
