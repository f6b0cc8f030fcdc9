#include "button/handlers/pages/page_fields.hpp"

#include <fmt/format.h>

namespace buttond {

std::string page_fields(std::string_view policy, std::string_view caching) {
  return fmt::format(
      "Content-Type: text/html; charset=utf-8\r\n"
      "Content-Security-Policy: default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
      "connect-src 'self'; base-uri 'none'; {}\r\n"
      "Referrer-Policy: no-referrer\r\n"
      "Cross-Origin-Opener-Policy: same-origin\r\n"
      "X-Content-Type-Options: nosniff\r\n"
      "Permissions-Policy: browsing-topics=()\r\n"
      "Cache-Control: {}\r\n",
      policy, caching);
}

}  // namespace buttond
