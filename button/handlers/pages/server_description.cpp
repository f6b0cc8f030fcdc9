#include "button/handlers/pages/server_description.hpp"

#include "assets/assets.hpp"
#include "button/handlers/json_answers.hpp"
#include "button/handlers/pages/button_room.hpp"
#include "button/version.hpp"

#include <fmt/format.h>

#include <array>
#include <functional>
#include <iterator>
#include <string_view>

namespace buttond {
namespace {

// Minutes, as of /js/button.js: what it names lives for ever.
constexpr std::string_view cache_field =
    "Cache-Control: public, max-age=600, stale-while-revalidate=86400\r\n";

void append_member(std::string& out, std::string_view name, std::string_view text) {
  append_json_string(out, name);
  out += ':';
  append_json_string(out, text);
}

void append_places(std::string& out, std::span<const place> offered) {
  for (const place& each : offered) {
    if (each.address.empty()) continue;
    if (out.back() != '[') out += ',';
    out += '{';
    append_member(out, "id", each.id);
    out += ',';
    append_member(out, "name", each.name);
    out += ',';
    append_member(out, "color", each.colour);
    out += ',';
    append_member(out, "address", each.address);
    out += '}';
  }
}

/// Of a button with its own label, in px.
void append_sizes(std::string& out, bool large) {
  constexpr std::array styles{button_style::horizontal, button_style::vertical, button_style::none};
  for (const button_style style : styles) {
    button_look<std::string_view> look;
    look.style = style;
    look.large = large;
    const button_room room = room_of(look);
    fmt::format_to(std::back_inserter(out), "{}\"{}\":[{:g},{:g}]", style == styles.front() ? "" : ",",
                   name_of(style), room.width, room.height);
  }
}

std::string describe(std::span<const place> offered) {
  const asset_address& loader = address_of("button.js");
  std::string out = "{";
  append_member(out, "version", version());
  out += ",\"script\":{";
  append_member(out, "path", loader.path);
  out += ',';
  append_member(out, "integrity", loader.integrity);
  out += "},\"places\":[";
  append_places(out, offered);
  out += "],\"sizes\":{\"regular\":{";
  append_sizes(out, false);
  out += "},\"large\":{";
  append_sizes(out, true);
  out += "}}}";
  return out;
}

}  // namespace

server_description::server_description(std::span<const place> offered)
    : json(describe(offered)),
      etag(fmt::format("\"{:016x}\"", std::hash<std::string_view>()(json))),
      fields(
          fmt::format("{}{}ETag: {}\r\nContent-Type: application/json\r\n", embed_fields, cache_field, etag)),
      fields_of_304(fmt::format("{}{}ETag: {}\r\n", embed_fields, cache_field, etag)) {}

}  // namespace buttond
