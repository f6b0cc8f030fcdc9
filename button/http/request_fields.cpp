#include "button/http/request_fields.hpp"

#include "common/ascii.hpp"

#include <array>

namespace buttond::http {
namespace {

struct named_field {
  std::string_view name;  // in lower case
  known_field field;
};

// By length, because the length alone tells most names apart.
constexpr std::array names{
    named_field{"dnt", known_field::do_not_track},
    named_field{"host", known_field::host},
    named_field{"range", known_field::range},
    named_field{"x-moz", known_field::prefetch_purpose},
    named_field{"expect", known_field::expect},
    named_field{"purpose", known_field::prefetch_old_purpose},
    named_field{"sec-gpc", known_field::do_not_track},
    named_field{"x-purpose", known_field::prefetch_purpose},
    named_field{"connection", known_field::connection},
    named_field{"user-agent", known_field::user_agent},
    named_field{"sec-purpose", known_field::prefetch_sec_purpose},
    named_field{"content-type", known_field::content_type},
    named_field{"authorization", known_field::authorization},
    named_field{"if-none-match", known_field::if_none_match},
    named_field{"content-length", known_field::content_length},
    named_field{"accept-encoding", known_field::accept_encoding},
    named_field{"accept-language", known_field::accept_language},
    named_field{"x-forwarded-for", known_field::forwarded_for},
    named_field{"proxy-connection", known_field::proxy_connection},
    named_field{"if-modified-since", known_field::if_modified_since},
    named_field{"transfer-encoding", known_field::transfer_encoding},
};

constexpr std::size_t longest_name = 17;

/// Names of n bytes are from by_length[n] to by_length[n + 1].
constexpr auto by_length = [] {
  std::array<std::uint8_t, longest_name + 2> first{};
  for (std::size_t length = 0; length < first.size(); ++length)
    while (first[length] < names.size() && names[first[length]].name.size() < length) ++first[length];
  return first;
}();

/// Whether a token is `lower`, which has its size. The bit that makes capitals small is set in the digits and
/// the hyphen anyway, and no other character of a token becomes one of these by it.
bool is_same_token(std::string_view token, std::string_view lower) noexcept {
  constexpr std::uint64_t small = 0x2020202020202020;
  std::size_t at = 0;
  for (; token.size() - at >= 8; at += 8)
    if ((load_word(token.data() + at) | small) != load_word(lower.data() + at)) return false;
  for (; at < token.size(); ++at)
    if ((token[at] | 0x20) != lower[at]) return false;
  return true;
}

}  // namespace

known_field field_of(std::string_view name) noexcept {
  if (name.size() > longest_name) return known_field::other;
  for (std::size_t i = by_length[name.size()]; i < by_length[name.size() + 1]; ++i)
    if (is_same_token(name, names[i].name)) return names[i].field;
  return known_field::other;
}

std::string_view request_fields::take(known_field field, std::string_view value) noexcept {
  switch (field) {
    case known_field::host:
      ++hosts_;
      into_.host = value;
      break;
    case known_field::user_agent:
      into_.user_agent = value;
      break;
    case known_field::accept_encoding:
      into_.accept_encoding = value;
      break;
    case known_field::accept_language:
      into_.accept_language = value;
      break;
    case known_field::authorization:
      into_.authorization = value;
      break;
    case known_field::content_type:
      into_.content_type = value;
      break;
    case known_field::if_none_match:
      into_.if_none_match = value;
      break;
    case known_field::if_modified_since:
      into_.if_modified_since = value;
      break;
    case known_field::range:
      into_.range = value;
      break;
    case known_field::do_not_track:
      into_.do_not_track |= value == "1";
      break;
    case known_field::forwarded_for:
      forwarded_.add(value);
      break;
    case known_field::prefetch_sec_purpose:
    case known_field::prefetch_old_purpose:
    case known_field::prefetch_purpose:
      take_purpose(field, value);
      break;
    case known_field::expect:
      expects_continue_ = equals_ignoring_case(value, "100-continue");
      break;
    case known_field::content_length:
      // Beast takes "5, 5" and a repeated field where all agree; a proxy in front may not.
      if (++content_lengths_ > 1 || value.find(',') != std::string_view::npos)
        return "more than one Content-Length";
      break;
    case known_field::transfer_encoding:
      return "Transfer-Encoding is not accepted";
    case known_field::connection:
    case known_field::proxy_connection:
    case known_field::other:
      break;
  }
  return {};
}

/// The newer name of the field wins, wherever it stands.
void request_fields::take_purpose(known_field field, std::string_view value) noexcept {
  if (field < purpose_from_) return;
  purpose_from_ = field;
  into_.sec_purpose = value;
}

}  // namespace buttond::http
