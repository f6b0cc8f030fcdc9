#include "button/http/request_parser.hpp"

#include "button/http/plain_head.hpp"
#include "button/http/request_fields.hpp"
#include "button/http/target.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>

namespace buttond::http {
namespace {

namespace beast = boost::beast::http;
using text = boost::beast::string_view;

constexpr std::string_view line_too_long = "the request line is too long";
constexpr std::string_view header_too_long = "the header is too long";
constexpr std::string_view bare_line_feed = "a line does not end in CR LF";

parsed refused(std::uint16_t status, std::string_view reason) noexcept {
  parsed outcome;
  outcome.is = parsed::state::refused;
  outcome.status = status;
  outcome.reason = reason;
  return outcome;
}

/// Fills a request from the parser's callbacks. A refusal of ours stops the parser with an error code.
class field_reader final : public beast::basic_parser<true> {
 public:
  field_reader(std::string_view input, request& into, forwarded_lines& forwarded) noexcept
      : input_(input), into_(into), fields_(into, forwarded) {}

  std::string_view refusal() const noexcept { return refusal_; }
  const request_fields& fields() const noexcept { return fields_; }

 private:
  void refuse(std::string_view reason, boost::system::error_code& error) {
    refusal_ = reason;
    error = beast::error::bad_field;
  }

  void on_request_impl(beast::verb verb, text, text target, int version,
                       boost::system::error_code&) override {
    into_.http11 = version == 11;
    into_.target = target;
    switch (verb) {
      case beast::verb::get:
        into_.verb = method::get;
        break;
      case beast::verb::head:
        into_.verb = method::head;
        break;
      case beast::verb::post:
        into_.verb = method::post;
        break;
      case beast::verb::options:
        into_.verb = method::options;
        break;
      default:
        into_.verb = method::other;
    }
  }

  void on_field_impl(beast::field, text name, text value, boost::system::error_code& error) override {
    if (is_folded(name, value)) return refuse("a field is folded over two lines", error);
    const std::string_view reason = fields_.take(field_of(name), value);
    if (!reason.empty()) refuse(reason, error);
  }

  /// Beast joins the lines of a folded value in a buffer of its own, or skips an empty first line.
  bool is_folded(std::string_view name, std::string_view value) const noexcept {
    const char* const colon = name.data() + name.size();
    const bool in_input =
        !std::less<>()(value.data(), colon) && !std::less<>()(input_.data() + input_.size(), value.data());
    return !in_input || std::find(colon, value.data(), '\r') != value.data();
  }

  void on_header_impl(boost::system::error_code&) override {}
  void on_finish_impl(boost::system::error_code&) override {}

  // Never called: requests only, and put() is not called again once the header is there.
  void on_response_impl(int, text, int, boost::system::error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, boost::system::error_code&) override {}
  std::size_t on_body_impl(text, boost::system::error_code&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, text, boost::system::error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, text, boost::system::error_code&) override { return 0; }

  std::string_view input_;
  request& into_;
  request_fields fields_;
  std::string_view refusal_;
};

/// Whether the third word of the first line is "HTTP/" digit "." digit: a version, though not one of ours.
bool names_a_version(std::string_view input) noexcept {
  std::string_view version = input.substr(0, input.find("\r\n"));
  for (int word = 0; word < 2; ++word) {
    const auto space = version.find(' ');
    if (space == std::string_view::npos) return false;
    version.remove_prefix(space + 1);
  }
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return version.size() == 8 && version.starts_with("HTTP/") && digit(version[5]) && version[6] == '.' &&
         digit(version[7]);
}

/// Beast sees a line that ends in LF alone only when it sees what follows it.
bool has_bare_line_feed(std::string_view input) noexcept {
  for (auto at = input.find('\n'); at != std::string_view::npos; at = input.find('\n', at + 1))
    if (at == 0 || input[at - 1] != '\r') return true;
  return false;
}

parsed refuse_syntax(const boost::system::error_code& error, std::string_view input) noexcept {
  if (error == beast::error::bad_version && names_a_version(input))
    return refused(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
  if (error == beast::error::bad_method) return refused(400, "the method is not a token");
  if (error == beast::error::bad_target) return refused(400, "the request target is not valid");
  if (error == beast::error::bad_version) return refused(400, "the request line is not valid");
  if (error == beast::error::bad_content_length || error == beast::error::multiple_content_length)
    return refused(400, "the Content-Length is not valid");
  if (error == beast::error::bad_transfer_encoding) return refused(400, "Transfer-Encoding is not accepted");
  if (error == beast::error::bad_line_ending) return refused(400, bare_line_feed);
  return refused(400, "a field line is not valid");
}

/// Why a request whose syntax is right is refused all the same (400), or nothing. Finds its path and query.
std::string_view check_head(const request_fields& fields, request& into) noexcept {
  if (fields.hosts() > 1) return "more than one Host";
  if (fields.hosts() == 0 && into.http11) return "there is no Host";
  if (fields.hosts() == 1 && !is_host(into.host)) return "the Host is not valid";
  if (!split_target(into)) return "the request target is not valid";
  return {};
}

}  // namespace

parsed parse_request(std::string_view input, const limits& limit, request& into, forwarded_lines& forwarded) {
  into = {};
  forwarded.clear();
  request_fields fields(into, forwarded);
  const plain_head head = read_plain_head(input, into, fields);
  const bool plain =
      head.size != 0 && head.line <= limit.target_bytes && head.size - head.line <= limit.header_bytes;
  if (!plain) return parse_any_request(input, limit, into, forwarded);
  if (const auto reason = check_head(fields, into); !reason.empty()) return refused(400, reason);
  parsed outcome;
  outcome.is = parsed::state::complete;
  outcome.size = head.size;
  return outcome;
}

parsed parse_any_request(std::string_view input, const limits& limit, request& into,
                         forwarded_lines& forwarded) {
  into = {};
  forwarded.clear();

  // An empty line before a request is passed over (RFC 9112 section 2.2).
  std::size_t skipped = 0;
  if (!input.empty() && input.front() == '\r') {
    if (input.size() == 1) return {};
    if (input[1] == '\n') skipped = 2;
  }
  input.remove_prefix(skipped);
  if (input.empty()) return {};

  const std::size_t line_break = input.find('\n');
  const std::size_t line = line_break == std::string_view::npos ? input.size() : line_break + 1;
  field_reader reader(input, into, forwarded);
  reader.header_limit(static_cast<std::uint32_t>(std::max(limit.target_bytes, limit.header_bytes)) + 1);
  reader.body_limit(boost::none);
  boost::system::error_code error;
  const std::size_t header = reader.put({input.data(), input.size()}, error);

  if (line > limit.target_bytes) return refused(414, line_too_long);
  if (!reader.refusal().empty()) return refused(400, reader.refusal());
  const std::size_t seen = error ? input.size() : header;
  const bool over = seen - line > limit.header_bytes || error == beast::error::header_limit;
  if (over && (!error || error == beast::error::need_more || error == beast::error::header_limit))
    return refused(431, header_too_long);
  if (error == beast::error::need_more)
    return has_bare_line_feed(input) ? refused(400, bare_line_feed) : parsed();
  if (error) return refuse_syntax(error, input);

  if (const auto reason = check_head(reader.fields(), into); !reason.empty()) return refused(400, reason);
  into.keep_alive = reader.keep_alive();

  parsed outcome;
  outcome.is = parsed::state::complete;
  outcome.size = skipped + header;
  const std::uint64_t body = reader.content_length().value_or(0);
  if (body == 0) return outcome;
  if (into.verb == method::other) {
    into.keep_alive = false;
    outcome.unread_body = true;
    return outcome;
  }
  if (into.verb != method::post) return refused(400, "a body is not accepted here");
  if (body > limit.body_bytes) return refused(413, "the body is too long");
  if (input.size() - header < body) {
    outcome.is = parsed::state::incomplete;
    outcome.size += body;
    outcome.expects_continue = reader.fields().expects_continue() && into.http11;
    return outcome;
  }
  into.body = input.substr(header, body);
  outcome.size += body;
  return outcome;
}

}  // namespace buttond::http
