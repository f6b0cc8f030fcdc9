# Writes OUTPUT with the commit of the checkout, and only when it changed. Run at every build.
execute_process(
  COMMAND git -C ${SOURCE_DIR} describe --always --dirty --abbrev=12 --exclude=*
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
if(failed)
  set(commit unknown)
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT
"#pragma once
// Generated at build time.

namespace buttond {

inline constexpr const char* build_commit = \"${commit}\";

}  // namespace buttond
")
