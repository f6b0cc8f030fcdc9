#pragma once
// The room that a button takes of a page, which is reserved before the loader, the frame or the drawing is
// there. No state; any thread.

#include "button/handlers/pages/button_look.hpp"

#include <string_view>

namespace buttond {

/// Lengths in px.
struct button_room {
  double width;
  double height;
  double label_width;   // of the label's part
  double label_height;  // of the same; what is above it is for the count
};

/// Of style, size and label.
button_room room_of(const button_look<std::string_view>& look);

}  // namespace buttond
