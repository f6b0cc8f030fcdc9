#include "button/handlers/pages/page_template.hpp"

#include "assets/assets.hpp"
#include "button/handlers/pages/escape.hpp"
#include "common/error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace buttond {
namespace {

// What Mustache puts in a slot: its name between control characters, which no text of ours has. The first one
// tells whether its value is to be escaped.
constexpr char escaped_slot = '\x01';
constexpr char plain_slot = '\x02';
constexpr char slot_end = '\x03';
constexpr std::string_view slot_begins = "\x01\x02";

/// Mustache's escaping: only {{name}} comes by here.
std::string escape(const std::string& text) {
  std::string escaped;
  if (text.starts_with(plain_slot)) return escaped_slot + text.substr(1);
  append_escaped(escaped, text);
  return escaped;
}

}  // namespace

void set(page_data& into, const char* name, std::string_view value) {
  into.set(name, std::string(value));
}

std::string slot_mark(std::string_view name) {
  return fmt::format("{}{}{}", plain_slot, name, slot_end);
}

page_data linked_file(std::string_view name) {
  const asset_address& address = address_of(name);
  page_data at;
  set(at, "path", address.path);
  set(at, "integrity", address.integrity);
  return at;
}

page_template::page_template(std::string_view name, page_data constants,
                             std::span<const std::string_view> slots) {
  kainjow::mustache::mustache source{std::string(text_of(name).content)};
  if (!source.is_valid())
    throw startup_error(fmt::format("the page {} of this build is broken: {}", name, source.error_message()));
  source.set_custom_escape(escape);
  for (const std::string_view slot : slots) constants.set(std::string(slot), slot_mark(slot));
  const std::string page = source.render(constants);

  std::string_view rest = page;
  for (auto begin = rest.find_first_of(slot_begins); begin != rest.npos;
       begin = rest.find_first_of(slot_begins)) {
    const auto end = rest.find(slot_end, begin);
    const auto slot = static_cast<std::size_t>(
        std::ranges::find(slots, rest.substr(begin + 1, end - begin - 1)) - slots.begin());
    pieces_.push_back({std::string(rest.substr(0, begin)), slot, rest[begin] == escaped_slot});
    rest.remove_prefix(end + 1);
  }
  tail_ = rest;
}

void page_template::render(std::span<const std::string_view> values, std::string& out) const {
  for (const piece& next : pieces_) {
    out += next.literal;
    if (next.escaped)
      append_escaped(out, values[next.slot]);
    else
      out += values[next.slot];
  }
  out += tail_;
}

}  // namespace buttond
