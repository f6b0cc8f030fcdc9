#pragma once
// What a browser gets, linked into the binary: the loader, the files of our pages, the pages' templates. Made
// at build time by link_assets.py (minified, hashed, precompressed). All views live as long as the program.
// Thread-safe: constant data.

#include <cstdint>
#include <span>
#include <string_view>

namespace buttond {

/// One content-coding of an asset, ready to be sent: the body and complete "Name: value\r\n" lines. All views
/// are empty for a coding that would not make the asset smaller.
struct asset_form {
  std::string_view body;
  std::string_view etag;           // quoted, strong; another one for each coding
  std::string_view fields;         // of a 200
  std::string_view fields_of_304;  // the same without what describes a body
};

struct asset {
  std::string_view path;       // "/js/button.js"
  std::string_view integrity;  // "sha384-..."
  asset_form plain;
  asset_form brotli;
  asset_form gzip;
};

/// Where the current version of a file is served: the address that holds its hash.
struct asset_address {
  std::string_view name;  // "button.js"
  std::string_view path;  // "/js/button.0123456789abcdef.js"
  std::string_view integrity;
};

/// A text that stands in a page: a template, or a script or style with the source a CSP names it by.
struct asset_text {
  std::string_view name;
  std::string_view content;
  std::string_view csp_source;  // "sha256-...", without quotes; empty for a template
};

/// All of them, sorted by path or name.
std::span<const asset> assets() noexcept;            // of the public listener
std::span<const asset> dashboard_assets() noexcept;  // of the admin listener alone
std::span<const asset_address> asset_addresses() noexcept;
std::span<const asset_text> asset_texts() noexcept;

/// The asset at `path`, or nullptr. Logarithmic.
const asset* find_asset(std::string_view path) noexcept;

/// The same for what the admin listener has: "/stats", a whole page, and "/dashboard/<name>.<hash>.<ext>".
const asset* find_dashboard_asset(std::string_view path) noexcept;

/// The current address of the file `name`. Throws startup_error when the build has none: look it up when
/// starting, not per request.
const asset_address& address_of(std::string_view name);

/// The text `name`. Throws startup_error like address_of.
const asset_text& text_of(std::string_view name);

/// The form of `wanted` that an Accept-Encoding field prefers (RFC 9110 section 12.5.3: q-values, "*",
/// "identity"); the plain one when in doubt. Of equal preferences the smallest.
const asset_form& choose_form(const asset& wanted, std::string_view accept_encoding) noexcept;

/// Whether an If-None-Match field names `etag` (RFC 9110 section 13.1.2: a list, weak comparison, "*").
bool names_etag(std::string_view if_none_match, std::string_view etag) noexcept;

}  // namespace buttond
