#pragma once
// The places of the built-in share page, as one table. To add one, add a line to it.
// Constant data; any thread.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

struct place {
  std::string_view id;       // as in --place and in the address of the place
  std::string_view name;     // as readers know it
  std::string_view colour;   // of its icon's ground, on which the icon is white
  std::string_view address;  // a url_template; empty for what the share page does itself
  std::string_view icon;     // path data on a field of 24 by 24, even-odd
};

std::span<const place> all_places() noexcept;

/// The places with these ids, in that order; all of them for an empty list. Throws startup_error, which
/// names them all, for an id that the table does not have.
std::vector<place> choose_places(const std::vector<std::string>& ids);

}  // namespace buttond
