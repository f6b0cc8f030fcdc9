#include "common/host_name.hpp"

#include "common/char_table.hpp"
#include "common/percent_encoding.hpp"
#include "common/shortened.hpp"

#include <boost/algorithm/string/replace.hpp>
#include <boost/url/grammar/alnum_chars.hpp>
#include <boost/url/grammar/digit_chars.hpp>
#include <boost/url/grammar/hexdig_chars.hpp>
#include <boost/url/grammar/lut_chars.hpp>
#include <unicode/uidna.h>

#include <arpa/inet.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

namespace buttond {
namespace {

namespace grammar = boost::urls::grammar;

constexpr std::size_t max_label = 63;
constexpr std::size_t max_name = 253;
constexpr std::size_t max_unicode_name = 4 * max_name;  // in ASCII a character takes at least one byte
constexpr auto ascii_name_chars = grammar::lut_chars(grammar::alnum_chars) + '.' + '-' + '_';
constexpr char_table label_chars(grammar::lut_chars("abcdefghijklmnopqrstuvwxyz0123456789-_"));

std::string_view last_label(std::string_view host) noexcept {
  const auto dot = host.rfind('.');
  return dot == std::string_view::npos ? host : host.substr(dot + 1);
}

bool is_ascii_name(std::string_view text) noexcept {
  return std::ranges::all_of(text, ascii_name_chars);
}

/// Whether a name in Unicode may have a form of ASCII that fits DNS, where each character takes one byte at
/// least. What a longer one is turned into takes time by its square.
bool may_fit_dns(std::string_view name) noexcept {
  std::size_t label = 0;
  for (const char byte : name) {
    if (byte == '.') {
      label = 0;
    } else if (!continues_character(byte) && ++label > max_label) {
      return false;
    }
  }
  return name.size() <= max_unicode_name;
}

// Lengths are is_host_name's to judge, and hyphens may stand anywhere (CheckHyphens is false).
constexpr unsigned idna_errors_of_length_and_hyphens =
    UIDNA_ERROR_EMPTY_LABEL | UIDNA_ERROR_LABEL_TOO_LONG | UIDNA_ERROR_DOMAIN_NAME_TOO_LONG |
    UIDNA_ERROR_LEADING_HYPHEN | UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4;

/// UTS 46 as WHATWG URL asks for it ("domain to ASCII").
const UIDNA* url_idna() {
  static const auto idna = [] {
    UErrorCode code = U_ZERO_ERROR;
    constexpr auto options = UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII;
    return std::unique_ptr<UIDNA, decltype(&uidna_close)>(uidna_openUTS46(options, &code), &uidna_close);
  }();
  return idna.get();
}

}  // namespace

bool is_host_name(std::string_view host) noexcept {
  if (host.size() > max_name) return false;
  std::size_t label = 0;
  for (const char c : host) {
    if (c == '.') {
      if (label == 0) return false;
      label = 0;
    } else if (!label_chars(c) || ++label > max_label) {
      return false;
    }
  }
  return label != 0;
}

bool ends_in_number(std::string_view host) noexcept {
  std::string_view label = last_label(host);
  if (label.starts_with("0x")) {
    label.remove_prefix(2);
    return std::ranges::all_of(label, grammar::hexdig_chars);
  }
  return !label.empty() && std::ranges::all_of(label, grammar::digit_chars);
}

std::optional<address_bytes> parse_browser_ipv4(std::string_view host) noexcept {
  address_text terminated{};
  if (host.size() >= terminated.size()) return std::nullopt;
  // inet_aton reads what browsers do: one to four numbers, decimal, octal or hexadecimal; but to them a "0x"
  // of no digits is 0 too.
  char* out = terminated.data();
  for (std::size_t i = 0; i < host.size(); ++i) {
    const bool ends_label = i + 1 == host.size() || host[i + 1] == '.';
    const bool is_bare_prefix =
        host[i] == 'x' && ends_label && host.substr(0, i).ends_with('0') && (i == 1 || host[i - 2] == '.');
    if (!is_bare_prefix) *out++ = host[i];
  }
  in_addr parsed;
  if (inet_aton(terminated.data(), &parsed) == 0) return std::nullopt;
  return mapped_ipv4(parsed);
}

std::string_view write_address(const address_bytes& address, bool ipv4, address_text& text) noexcept {
  if (ipv4) {
    const in_addr four = *ipv4_of(address);
    inet_ntop(AF_INET, &four, text.data(), INET_ADDRSTRLEN);
    return text.data();
  }
  text[0] = '[';
  inet_ntop(AF_INET6, address.data(), text.data() + 1, INET6_ADDRSTRLEN);  // writes RFC 5952
  const std::size_t size = std::strlen(text.data());
  text[size] = ']';
  return {text.data(), size + 1};
}

bool is_private_address(const address_bytes& address) noexcept {
  static const auto networks = [] {
    // ::/96 are the unspecified and the loopback address, and IPv4 in its oldest wrapping.
    constexpr std::array<std::string_view, 11> texts = {
        "0.0.0.0/8",      "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.168.0.0/16", "::/96",      "fc00::/7",      "fe80::/10",   "fec0::/10"};
    std::array<network, texts.size()> parsed;
    std::ranges::transform(texts, parsed.begin(),
                           [](std::string_view text) { return *network::parse(text); });
    return parsed;
  }();
  return std::ranges::any_of(networks, [&](const network& each) { return each.contains(address); });
}

bool is_private_name(std::string_view host) noexcept {
  const std::string_view top = last_label(host);
  return top.size() == host.size() || top == "localhost" || top == "local" || top == "internal" ||
         (top == "arpa" && (host == "home.arpa" || host.ends_with(".home.arpa")));
}

result<std::string> host_to_ascii(std::string_view host) {
  std::string decoded(host.size(), '\0');
  decoded.resize(decode_percent(host, plus_sign::as_it_is, decoded.data()));
  if (is_ascii_name(decoded)) return decoded;

  for (const char* full_stop : {"\u3002", "\uFF0E", "\uFF61"})
    boost::algorithm::replace_all(decoded, full_stop, ".");
  // Since Unicode 15.1 the capital sharp s is the small one; the ICU of Unicode 15.0 makes it "ss".
  boost::algorithm::replace_all(decoded, "\u1E9E", "\u00DF");
  if (!may_fit_dns(decoded)) return errc::url_bad_host;
  std::array<char, max_unicode_name> ascii;
  UIDNAInfo info = UIDNA_INFO_INITIALIZER;
  UErrorCode code = U_ZERO_ERROR;
  const auto size = uidna_nameToASCII_UTF8(url_idna(), decoded.data(), static_cast<int>(decoded.size()),
                                           ascii.data(), static_cast<int>(ascii.size()), &info, &code);
  if (U_FAILURE(code) || (info.errors & ~idna_errors_of_length_and_hyphens) != 0) return errc::url_bad_host;
  const std::string_view name(ascii.data(), static_cast<std::size_t>(size));
  // Some characters become a delimiter of the URL ("%3A", the full-width solidus): no name has them.
  if (!is_ascii_name(name)) return errc::url_bad_host;
  return std::string(name);
}

}  // namespace buttond
