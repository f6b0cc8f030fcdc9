#pragma once
// Finds the texts that stand in an agent, of very many at once: most agents hold none, and are passed over
// four bytes at a time. Immutable once made; any thread. Allocates only when it is made.

#include "common/ascii.hpp"

#include <boost/endian/conversion.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace buttond {

/// A text to look for: 3 to 200 bytes of ASCII, in lower case where any case is meant. Outlives the index.
struct sign {
  std::string_view text;
  bool any_case = false;
};

class sign_index {
 public:
  explicit sign_index(std::vector<sign> signs);

  /// Whether `accepts(number of the sign, where it stands)` is true for a sign that stands in `text`. They
  /// are met from the beginning of the text to its end, give or take the length of one.
  template <class Accepts>
  bool any(std::string_view text, Accepts accepts) const noexcept {
    std::size_t at = 0;
    while (at + anchor_size <= text.size()) {
      // Four at once, because the answer is nearly always no.
      if (at + 3 + word_size <= text.size()) {
        if ((bit(hash_of(word_at(text, at))) | bit(hash_of(word_at(text, at + 1))) |
             bit(hash_of(word_at(text, at + 2))) | bit(hash_of(word_at(text, at + 3)))) == 0) {
          at += 4;
          continue;
        }
      }
      const std::size_t end = std::min(at + 4, text.size() - anchor_size + 1);
      for (; at < end; ++at) {
        const std::uint32_t hash = hash_of(last_word_at(text, at));
        if (bit(hash) != 0 && any_anchored(hash, text, at, accepts)) return true;
      }
    }
    return false;
  }

  /// How many signs are looked at where the same bytes stand, at most: the cost of a hostile text goes with
  /// it.
  std::size_t most_of_one_place() const noexcept;

 private:
  /// The three bytes of a sign by which it is met: the ones that browsers say least.
  struct anchor {
    std::uint16_t sign = 0;
    std::uint8_t offset = 0;  // in the sign's text
  };

  static constexpr std::size_t anchor_size = 3;
  static constexpr std::size_t word_size = 4;
  static constexpr unsigned hash_bits = 16;
  static constexpr unsigned place_bits = 12;
  static constexpr std::size_t places = std::size_t{1} << place_bits;

  static std::uint32_t word_at(std::string_view text, std::size_t at) noexcept {
    return boost::endian::load_little_u32(reinterpret_cast<const unsigned char*>(text.data() + at));
  }

  /// The same of as many bytes as there are, which are an anchor's at least.
  static std::uint32_t last_word_at(std::string_view text, std::size_t at) noexcept {
    return boost::endian::load_little_u24(reinterpret_cast<const unsigned char*>(text.data() + at));
  }

  /// Of the first three bytes of a word, whatever the case of their letters.
  static std::uint32_t hash_of(std::uint32_t word) noexcept {
    constexpr std::uint32_t small_bits = 0x202020;
    return ((word | small_bits) << 8) * 0x9E3779B1U >> (32 - hash_bits);
  }

  std::uint64_t bit(std::uint32_t hash) const noexcept { return bits_[hash / 64] >> hash % 64 & 1; }

  bool stands(const sign& sign, std::string_view text, std::size_t begin) const noexcept {
    const std::string_view rest = text.substr(begin);
    return sign.any_case ? starts_with_ignoring_case(rest, sign.text) : rest.starts_with(sign.text);
  }

  template <class Accepts>
  bool any_anchored(std::uint32_t hash, std::string_view text, std::size_t at,
                    Accepts accepts) const noexcept {
    const std::size_t place = hash >> (hash_bits - place_bits);
    for (std::size_t i = first_[place]; i < first_[place + 1]; ++i) {
      const auto [number, offset] = anchors_[i];
      if (at >= offset && stands(signs_[number], text, at - offset) && accepts(number, at - offset))
        return true;
    }
    return false;
  }

  std::vector<sign> signs_;
  std::vector<anchor> anchors_;  // ordered by their places
  std::array<std::uint16_t, places + 1>
      first_{};  // the anchors of a place are from first_[place] to first_[place + 1]
  std::array<std::uint64_t, (std::size_t{1} << hash_bits) / 64> bits_{};  // of each anchor's hash
};

}  // namespace buttond
