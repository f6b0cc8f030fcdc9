#pragma once
// Errors in the form of the Buffer API, whose clients do not know ours.

#include "button/http/response.hpp"

#include <cstdint>
#include <string_view>

namespace buttond {

/// Whether a path belongs to the Buffer API, so that its errors take that API's form.
constexpr bool is_buffer_path(std::string_view path) noexcept {
  return path.starts_with("/1/");
}

/// Answers `{"code":...,"error":"..."}`, never cached.
void answer_buffer_error(http::response& out, std::uint16_t status, int code, std::string_view message);

}  // namespace buttond
