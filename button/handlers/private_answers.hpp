#pragma once
// The header fields of what is for the people who run this server: no page of anybody else may read or embed
// it, and nobody keeps it. No state: any thread.

#include "button/http/response.hpp"

#include <cstdint>
#include <string_view>

namespace buttond {

#define BUTTOND_PRIVATE_FIELDS                    \
  "X-Content-Type-Options: nosniff\r\n"           \
  "Referrer-Policy: no-referrer\r\n"              \
  "Cross-Origin-Resource-Policy: same-origin\r\n" \
  "Cross-Origin-Opener-Policy: same-origin\r\n"   \
  "Cache-Control: no-store\r\n"

inline constexpr std::string_view private_fields = BUTTOND_PRIVATE_FIELDS;
inline constexpr std::string_view private_json_fields =
    BUTTOND_PRIVATE_FIELDS "Content-Type: application/json\r\n";

/// As answer_error (json_answers.hpp), with these fields.
void answer_private_error(http::response& out, std::uint16_t status, std::string_view code,
                          std::string_view message);

}  // namespace buttond
