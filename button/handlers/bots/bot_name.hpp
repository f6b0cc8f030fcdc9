#pragma once
// What a robot calls itself, out of its User-Agent: the word of it by which an operator knows one from
// another. No state: any thread.

#include <cstddef>
#include <string_view>

namespace buttond {

inline constexpr std::size_t longest_bot_name = 40;

/// The word of `agent` around the sign of a robot that stands at `begin`, without its version: "GPTBot" of
/// "GPTBot/1.2", "Googlebot" of "Mozilla/5.0 (compatible; Googlebot/2.1; +http://..)". Printable ASCII, at
/// most longest_bot_name bytes; a part of `agent`, or "robot" where it has no word there.
std::string_view bot_name_around(std::string_view agent, std::size_t begin, std::size_t size) noexcept;

/// The same where it is known by nothing but an address, at `begin`, where its owner can be asked.
std::string_view bot_name_before(std::string_view agent, std::size_t begin) noexcept;

}  // namespace buttond
