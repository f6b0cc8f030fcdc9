#pragma once
// What a MongoDB server says when it will not: its codes and replies in our terms. No state.

#include "button/store/bson_document.hpp"
#include "common/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

/// errc::store_refused for a code that says no to what it was asked, however often; another one where the
/// same can succeed later, by itself or when a person has done something.
error_code server_error(std::int64_t code) noexcept;

/// One document of a write that the server did not write, while it tried the others.
struct mongodb_write_error {
  std::size_t index = 0;   // in the command's array
  std::uint32_t code = 0;  // the server's
  error_code error;        // store_refused: the server will not, whenever it is asked
  bool duplicate = false;  // a duplicate key
  std::string message;
};

/// What a reply to insert, update or delete says of single documents.
std::vector<mongodb_write_error> write_errors(bson_view reply);

/// The reason why a server of `version` ("4.2.24") cannot be used, or nothing.
std::string reason_against(std::string_view version);

}  // namespace buttond
