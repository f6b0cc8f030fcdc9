#include "button/http/request_fields.hpp"

#include "common/ascii.hpp"

#include <algorithm>
#include <array>

namespace buttond::http {
namespace {

struct named_field {
  std::string_view name;  // in lower case
  known_field field;
};

constexpr std::array names{
    named_field{"accept-encoding", known_field::accept_encoding},
    named_field{"accept-language", known_field::accept_language},
    named_field{"authorization", known_field::authorization},
    named_field{"connection", known_field::connection},
    named_field{"content-length", known_field::content_length},
    named_field{"content-type", known_field::content_type},
    named_field{"dnt", known_field::do_not_track},
    named_field{"expect", known_field::expect},
    named_field{"host", known_field::host},
    named_field{"if-modified-since", known_field::if_modified_since},
    named_field{"if-none-match", known_field::if_none_match},
    named_field{"proxy-connection", known_field::proxy_connection},
    named_field{"purpose", known_field::prefetch_old_purpose},
    named_field{"range", known_field::range},
    named_field{"sec-fetch-dest", known_field::sec_fetch_dest},
    named_field{"sec-fetch-site", known_field::sec_fetch_site},
    named_field{"sec-gpc", known_field::do_not_track},
    named_field{"sec-purpose", known_field::prefetch_sec_purpose},
    named_field{"transfer-encoding", known_field::transfer_encoding},
    named_field{"user-agent", known_field::user_agent},
    named_field{"x-forwarded-for", known_field::forwarded_for},
    named_field{"x-moz", known_field::prefetch_purpose},
    named_field{"x-purpose", known_field::prefetch_purpose},
    named_field{"x-sec-purpose", known_field::prefetch_script_purpose},
};

/// The bit that makes capitals small is set in the digits and the hyphen anyway, and no other character of a
/// token becomes one of these by it.
constexpr char small_bit = 0x20;

/// A name's length and its last character tell all of them apart.
constexpr std::size_t places = 64;
constexpr std::size_t place_of(std::string_view name) noexcept {
  return (name.size() * 34 + static_cast<unsigned char>(name.back() | small_bit)) % places;
}

/// At its place, the name of some field as it is compared: its first block, and its number plus one.
struct place {
  std::array<char, byte_block::size> block{};
  std::uint8_t number = 0;
};
constexpr auto by_place = [] {
  std::array<place, places> table{};
  for (std::size_t i = 0; i < names.size(); ++i) {
    place& here = table[place_of(names[i].name)];
    names[i].name.copy(here.block.data(), here.block.size());
    here.number = static_cast<std::uint8_t>(i + 1);
  }
  return table;
}();
static_assert(std::ranges::count(by_place, 0, &place::number) == places - names.size());  // each has its own
static_assert(std::ranges::max(names, {}, [](const named_field& each) {
                return each.name.size();
              }).name.size() <= byte_block::size + 1);  // a block and the last character are all of a name

}  // namespace

known_field field_of(std::string_view name) noexcept {
  return name.empty() ? known_field::other : field_of(byte_block::padded(name).with_bits(small_bit), name);
}

known_field field_of(const byte_block& small, std::string_view name) noexcept {
  const place& here = by_place[place_of(name)];
  if (here.number == 0) return known_field::other;
  const named_field& candidate = names[here.number - 1U];
  if (name.size() != candidate.name.size() || (name.back() | small_bit) != candidate.name.back())
    return known_field::other;
  const std::uint32_t whole = first_bytes(std::min(name.size(), byte_block::size));
  const bool same = (small.equal_to(byte_block(here.block.data())) & whole) == whole;
  return same ? candidate.field : known_field::other;
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
    case known_field::sec_fetch_dest:
      into_.sec_fetch_dest = value;
      break;
    case known_field::sec_fetch_site:
      into_.sec_fetch_site = value;
      break;
    case known_field::do_not_track:
      into_.do_not_track |= value == "1";
      break;
    case known_field::forwarded_for:
      forwarded_.add(value);
      break;
    case known_field::prefetch_sec_purpose:
    case known_field::prefetch_script_purpose:
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
