#pragma once
// Text of others on its way to a terminal or a log, which must not obey it: escape sequences clear what was
// said before, line ends forge lines, and marks of direction show a text backwards. No state; any thread.

#include <string>
#include <string_view>

namespace buttond {

/// `text` with what a reader would not see as it is written out: bytes that are not UTF-8 and control
/// characters (C0, DEL and C1) as "\x1b", separators of lines, marks of direction and noncharacters as
/// "\u{202e}".
std::string printable(std::string_view text);

}  // namespace buttond
