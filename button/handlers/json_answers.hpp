#pragma once
// The header fields and the JSON forms that several handlers share.

#include "button/http/response.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace buttond {

/// What third-party pages may embed or read from another origin.
#define BUTTOND_EMBED_FIELDS                       \
  "Access-Control-Allow-Origin: *\r\n"             \
  "Cross-Origin-Resource-Policy: cross-origin\r\n" \
  "Timing-Allow-Origin: *\r\n"                     \
  "X-Content-Type-Options: nosniff\r\n"

inline constexpr std::string_view embed_fields = BUTTOND_EMBED_FIELDS;
inline constexpr std::string_view json_no_store_fields =
    BUTTOND_EMBED_FIELDS "Content-Type: application/json\r\nCache-Control: no-store\r\n";

/// Appends `text`, which is UTF-8, as a JSON string with its quotes.
void append_json_string(std::string& out, std::string_view text);

/// Appends a decimal number.
void append_number(std::string& out, std::int64_t number);

/// Answers `{"error":{"code":"...","message":"..."}}`, never cached. Clears what `out` held.
void answer_error(http::response& out, std::uint16_t status, std::string_view code, std::string_view message);

}  // namespace buttond
