#include "button/http/plain_head.hpp"

#include "common/ascii.hpp"
#include "common/byte_block.hpp"
#include "common/char_table.hpp"

#include <boost/url/grammar/alnum_chars.hpp>

#include <cstdint>

namespace buttond::http {
namespace {

/// RFC 9110 section 5.6.2.
constexpr char_table token_chars =
    char_table(boost::urls::grammar::lut_chars(boost::urls::grammar::alnum_chars) +
               boost::urls::grammar::lut_chars("!#$%&'*+-.^_`|~"));

/// The lines of printable ASCII that an input begins with.
class plain_lines {
 public:
  explicit plain_lines(std::string_view input) noexcept : input_(input), ends_(input) {}

  /// False where the next line is not printable, or does not end in CR LF.
  bool take(std::string_view& line) noexcept {
    const std::size_t end = ends_.next();
    if (input_.size() - end < 2 || input_[end] != '\r' || input_[end + 1] != '\n') return false;
    ends_.next();
    line = {input_.data() + begin_, end - begin_};
    begin_ = end + 2;
    return true;
  }

  /// How much of the input the lines took so far.
  std::size_t taken() const noexcept { return begin_; }

 private:
  std::string_view input_;
  unprintable_bytes ends_;
  std::size_t begin_ = 0;
};

struct field_name {
  known_field field = known_field::other;
  std::size_t size = 0;  // 0: the line does not begin with a name and a colon
};

/// The name that `line` begins with, a line of what `input` begins with.
field_name name_of(std::string_view line, std::string_view input) noexcept {
  const auto left = static_cast<std::size_t>(input.data() + input.size() - line.data());
  const byte_block small =
      (left < byte_block::size ? byte_block::padded(line) : byte_block(line.data())).with_bits(0x20);
  // The letters, the digits and the hyphen: few names have anything else.
  std::size_t size = prefix_of(small.small_letters_and_digits() | small.equal_to('-'));
  while (size < line.size() && line[size] != ':' && token_chars(line[size])) ++size;
  if (size == 0 || size >= line.size() || line[size] != ':') return {};
  return {field_of(small, {line.data(), size}), size};
}

bool read_request_line(std::string_view line, request& into) noexcept {
  if (line.starts_with("GET ")) {
    into.verb = method::get;
    line.remove_prefix(4);
  } else if (line.starts_with("HEAD ")) {
    into.verb = method::head;
    line.remove_prefix(5);
  } else {
    return false;
  }
  constexpr std::string_view version = " HTTP/1.1";
  if (!line.ends_with(version)) return false;
  line.remove_suffix(version.size());
  into.target = line;
  return !line.empty() && line.find(' ') == std::string_view::npos;
}

/// Takes note of whether the connection ends. Whether that, and how the message ends, is plain in spite of a
/// field.
bool take_end(known_field field, std::string_view value, request& into) noexcept {
  switch (field) {
    case known_field::connection:
      if (value == "keep-alive" || equals_ignoring_case(value, "keep-alive")) return true;
      into.keep_alive = false;
      return equals_ignoring_case(value, "close");
    case known_field::proxy_connection:
    case known_field::content_length:
    case known_field::transfer_encoding:
    case known_field::expect:
      return false;
    default:
      return true;
  }
}

}  // namespace

plain_head read_plain_head(std::string_view input, request& into, request_fields& fields) noexcept {
  plain_lines lines(input);
  std::string_view line;
  if (!lines.take(line) || !read_request_line(line, into)) return {};
  const std::size_t request_line = lines.taken();
  while (lines.take(line)) {
    if (line.empty()) return {request_line, lines.taken()};
    const field_name name = name_of(line, input);
    if (name.size == 0) return {};
    if (name.field == known_field::other) continue;
    const std::string_view value = trimmed<' '>({line.data() + name.size + 1, line.size() - name.size - 1});
    if (!take_end(name.field, value, into)) return {};
    fields.take(name.field, value);
  }
  return {};
}

}  // namespace buttond::http
