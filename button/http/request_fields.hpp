#pragma once
// What a request's header fields say, whoever reads their lines.

#include "button/http/forwarded.hpp"
#include "button/http/request.hpp"
#include "common/byte_block.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace buttond::http {

/// The fields that mean something here.
enum class known_field : std::uint8_t {
  other,
  accept_encoding,
  accept_language,
  authorization,
  connection,
  content_length,
  content_type,
  do_not_track,  // DNT and Sec-GPC
  expect,
  forwarded_for,
  host,
  if_modified_since,
  if_none_match,
  prefetch_purpose,         // X-Moz and X-Purpose; of these four the last one that is sent says it
  prefetch_old_purpose,     // Purpose
  prefetch_script_purpose,  // X-Sec-Purpose, of scripts that prefetch (Turbo): they cannot send Sec-Purpose
  prefetch_sec_purpose,     // Sec-Purpose
  proxy_connection,
  range,
  sec_fetch_dest,
  sec_fetch_site,
  transfer_encoding,
  user_agent
};

/// The field of that name, which is a token, in capitals or not.
known_field field_of(std::string_view name) noexcept;

/// The same, where a block of what stands there is at hand, with 0x20 set in each byte; only as much of it as
/// the name, which is not empty, is long is looked at.
known_field field_of(const byte_block& small, std::string_view name) noexcept;

/// Fills a request from its fields, one after the other. The views must outlive it.
class request_fields {
 public:
  request_fields(request& into, forwarded_lines& forwarded) noexcept : into_(into), forwarded_(forwarded) {}

  /// Takes a field; returns why the request is refused (400) because of it, or nothing.
  std::string_view take(known_field field, std::string_view value) noexcept;

  std::size_t hosts() const noexcept { return hosts_; }
  bool expects_continue() const noexcept { return expects_continue_; }

 private:
  void take_purpose(known_field field, std::string_view value) noexcept;

  request& into_;
  forwarded_lines& forwarded_;
  std::size_t hosts_ = 0;
  std::size_t content_lengths_ = 0;
  known_field purpose_from_ = known_field::other;
  bool expects_continue_ = false;
};

}  // namespace buttond::http
