#pragma once
// A key of 256 random bits, and its form as text, in which a store or a file keeps it. No state: any thread.

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace buttond {

using secret_key = std::array<unsigned char, 32>;

/// A new one, at random.
secret_key new_secret_key();

/// 64 hexadecimal digits.
std::string text_of(const secret_key& key);

/// The key that text_of() wrote; nothing for any other text.
std::optional<secret_key> secret_key_of(std::string_view text);

}  // namespace buttond
