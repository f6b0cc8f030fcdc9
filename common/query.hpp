#pragma once
// Reads the parameters of a query string in order, without allocation. Names and values are decoded once
// (percent-encoding, '+' as a space), but a value that begins with a literal "http://" or "https://" was sent
// raw: it is not decoded, and parameters after it belong to it, the same ones whatever the route, so that a
// link has one key on all routes. Where it has a '?', they are all up to "text", "via", "count", "picture",
// "callback", or a "url" that is another link; where it has none, all up to a name that any route knows.
// Not thread-safe; one reader a query.

#include <cstddef>
#include <span>
#include <string_view>

namespace buttond {

struct query_parameter {
  std::string_view name;   // decoded
  std::string_view value;  // decoded, or raw
};

class query_reader {
 public:
  /// `query` is without its '?'. Decoded text is written into `scratch`, which must be at least as long as
  /// `query` and outlive the parameters.
  query_reader(std::string_view query, std::span<char> scratch) noexcept;

  /// False at the end. An empty piece ("&&") is passed over; a name without '=' has an empty value.
  bool next(query_parameter& parameter) noexcept;

 private:
  /// The next `size` bytes of the query.
  std::string_view take(std::size_t size) noexcept;

  /// How far the raw value reaches that the rest of the query begins with.
  std::size_t raw_value_size() const noexcept;

  /// `text` itself where nothing of it is encoded, else what it says, at the front of the scratch.
  std::string_view decoded(std::string_view text, bool is_encoded) const noexcept;

  /// Takes what is before the next '&' or `separator`, decoded; in the scratch it will not be written over.
  std::string_view take_decoded(char separator) noexcept;

  std::string_view rest_;
  std::span<char> scratch_;
};

}  // namespace buttond
