#pragma once
// Writes a key into its buffer: bounded, normalising percent-encoding on the way. Past the end of the buffer
// nothing is written, and overflowed() stays true. Belongs to url_key; one writer a key.

#include "common/ascii.hpp"
#include "common/char_table.hpp"
#include "common/percent_encoding.hpp"
#include "common/url_key.hpp"

#include <boost/url/grammar/lut_chars.hpp>
#include <boost/url/rfc/pchars.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace buttond {

/// How one part of a URL is spelled.
struct spelling {
  char_table kept;  // written as it is; all else is percent-encoded
  bool backslash_is_slash;
  bool space_is_plus;
};

/// Browsers read '\\' as '/' here.
inline constexpr spelling path_spelling = {char_table(boost::urls::pchars + '/'), true, false};

/// Browsers encode the apostrophe of a query, so who sends it raw means the same page (WHATWG URL, "special-
/// query percent-encode set"). A form writes a blank as '+' (WHATWG URL section 5.1).
inline constexpr spelling query_spelling = {
    char_table(boost::urls::pchars + '/' + '?' - boost::urls::grammar::lut_chars('\'')), false, true};

inline constexpr spelling fragment_spelling = {char_table(boost::urls::pchars + '/' + '?'), false, false};

class key_writer {
 public:
  explicit key_writer(key_buffer& buffer) noexcept : buffer_(buffer) {}

  std::size_t size() const noexcept { return size_; }
  bool overflowed() const noexcept { return overflowed_; }
  std::string_view view(std::size_t from = 0) const noexcept { return {buffer_.data() + from, size_ - from}; }

  /// The bytes written, from `from` on, to be changed in place.
  char* data(std::size_t from) noexcept { return buffer_.data() + from; }

  void truncate(std::size_t size) noexcept { size_ = size; }

  void erase(std::size_t from, std::size_t count) noexcept {
    std::copy(buffer_.data() + from + count, buffer_.data() + size_, buffer_.data() + from);
    size_ -= count;
  }

  void put(char c) noexcept { append({&c, 1}); }

  void append(std::string_view text) noexcept {
    if (overflowed_ || text.size() > buffer_.size() - size_) {
      overflowed_ = true;
      return;
    }
    text.copy(buffer_.data() + size_, text.size());
    size_ += text.size();
  }

  void append_lower_case(std::string_view text) noexcept {
    const std::size_t from = size_;
    append(text);
    std::transform(data(from), data(size_), data(from), ascii_lower);
  }

  /// Writes `text` with every byte in its one spelling: those kept and the unreserved ones raw, all others
  /// percent-encoded in upper case (RFC 3986 section 6.2.2).
  void append_normalised(std::string_view text, const spelling& form) noexcept {
    for (;;) {
      const std::size_t kept = form.kept.prefix_size(text);
      append(text.substr(0, kept));
      text.remove_prefix(kept);
      if (text.empty()) return;
      text.remove_prefix(append_odd(text, form));
    }
  }

 private:
  /// Writes the first character of `text`, which is not kept. Returns how many bytes it took.
  std::size_t append_odd(std::string_view text, const spelling& form) noexcept {
    const int byte = percent_decoded(text);
    const char c = byte < 0 ? text[0] : static_cast<char>(byte);
    if (byte >= 0 && boost::urls::unreserved_chars(static_cast<unsigned char>(c))) {
      put(c);
    } else if (byte < 0 && c == '\\' && form.backslash_is_slash) {
      put('/');
    } else if (c == ' ' && form.space_is_plus) {
      put('+');
    } else {
      const auto encoded = percent_encoded(c);
      append({encoded.data(), encoded.size()});
    }
    return byte < 0 ? 1 : 3;
  }

  key_buffer& buffer_;
  std::size_t size_ = 0;
  bool overflowed_ = false;
};

}  // namespace buttond
