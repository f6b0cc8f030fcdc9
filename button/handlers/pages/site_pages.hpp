#pragma once
// Everything that renders a page or a drawing, made once at the start. Constant from then on: any thread.

#include "button/handlers/pages/button_svg.hpp"
#include "button/handlers/pages/frame_page.hpp"

namespace buttond {

struct site_pages {
  frame_page frame;
  button_svg svg;
};

}  // namespace buttond
