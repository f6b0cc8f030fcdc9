#pragma once
// The rules that turn a URL into a key, in their order, each written once. Belongs to url_key: make_key runs
// them in silence, explain_key with an observer that is shown the URL after each rule.
//
// The URL is read from left to right and the key written as it is read, so at any moment the URL "so far" is
// what is written, then what is left. A plain authority (a name and a port) is split here; Boost.URL parses
// any other (IPv6 literals, what IDN led to). It parses no more than that because urls::parse_relative_ref of
// an everyday URL alone takes twice the time of everything here.

#include "common/host_name.hpp"
#include "common/key_writer.hpp"
#include "common/link_text.hpp"
#include "common/tracking_parameters.hpp"
#include "common/url_key.hpp"

#include <boost/url/authority_view.hpp>
#include <boost/url/grammar/alnum_chars.hpp>
#include <boost/url/grammar/digit_chars.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace buttond {

template <class Observer>
class key_maker {
 public:
  key_maker(const key_rules& rules, key_buffer& buffer, Observer& observer) noexcept
      : rules_(rules), key_(buffer), observer_(observer) {}

  /// The key of `url`, a view into the buffer. Called once.
  result<std::string_view> make(std::string_view url) {
    if (url.size() > max_url_bytes) return errc::url_too_long;
    url = mended_link(url, mended_, observer_);
    if (url.empty()) return errc::url_empty;

    const std::string_view fragment = url.substr(std::min(url.find('#'), url.size()));
    const bool has_hash_bang = is_hash_bang(fragment);
    if (!has_hash_bang) url.remove_suffix(fragment.size());
    observer_.after("drop the fragment", {}, {url});

    const auto split = split_scheme(url);
    if (!split) return split.error();
    observer_.after("drop the scheme", {}, {split->rest});

    const std::string_view hierarchy = without_empty_credentials(split->rest);
    observer_.after("drop the empty credentials", {}, {hierarchy});

    if (const error_code error = write_authority(hierarchy)) return error;

    const std::size_t site_size = key_.size();
    if (has_hash_bang) hash_bang_ = take_from(tail_, '#');
    query_ = take_from(tail_, '?');
    write_path(tail_);
    if (!query_.empty()) write_query(query_.substr(1));
    if (!hash_bang_.empty()) write_hash_bang(site_size);
    if (key_.overflowed()) return errc::url_too_long;
    return key_.view();
  }

 private:
  static constexpr char_table plain_host_chars =
      char_table(boost::urls::grammar::lut_chars(boost::urls::grammar::alnum_chars) + '.' + '-' + '_');

  static bool ends_authority(char c) noexcept { return c == '/' || c == '?' || c == '\\' || c == '#'; }

  /// What of `text` begins with `mark`, taken off it.
  static std::string_view take_from(std::string_view& text, char mark) noexcept {
    const std::size_t size = std::min(text.find(mark), text.size());
    const std::string_view taken = text.substr(size);
    text = text.substr(0, size);
    return taken;
  }

  /// Whether `fragment`, with its '#', names a page, as those of old applications do: "#!/a". "#!" and "#!/"
  /// name the first one, which has no need of it.
  static bool is_hash_bang(std::string_view fragment) noexcept {
    return fragment.starts_with("#!") && fragment.find_first_not_of('/', 2) != std::string_view::npos;
  }

  /// Writes the authority that `hierarchy` begins with, and finds the tail.
  error_code write_authority(std::string_view hierarchy) {
    const std::size_t name_size = plain_host_chars.prefix_size(hierarchy);
    if (name_size == hierarchy.size() || ends_authority(hierarchy[name_size])) {
      tail_ = hierarchy.substr(name_size);
      return write_host_and_port(hierarchy.substr(0, name_size), {});
    }
    const auto end = std::ranges::find_if(hierarchy, ends_authority);
    const std::string_view authority(hierarchy.begin(), end);
    tail_ = {end, hierarchy.end()};
    if (authority.find('@') != std::string_view::npos) return errc::url_credentials;
    const std::string_view port = authority.substr(name_size);
    if (port.front() == ':' && std::ranges::all_of(port.substr(1), boost::urls::grammar::digit_chars))
      return write_host_and_port(authority.substr(0, name_size), port);
    return write_unusual_authority(authority);
  }

  /// An authority that is no plain name with a port.
  error_code write_unusual_authority(std::string_view authority) {
    std::string ascii;
    if (!authority.starts_with('[')) {
      const auto colon = authority.rfind(':');
      auto host = host_to_ascii(authority.substr(0, colon));
      if (!host) return host.error();
      ascii = *std::move(host);
      if (colon != std::string_view::npos) ascii += authority.substr(colon);
      authority = ascii;
      observer_.after("write the host in ASCII (IDNA)", {}, {authority, tail_});
    }
    const auto parsed = boost::urls::parse_authority(authority);
    if (!parsed || parsed->has_userinfo()) return errc::url_bad_host;
    const std::string_view host = parsed->encoded_host();
    const std::string_view port = authority.substr(host.size());
    switch (parsed->host_type()) {
      case boost::urls::host_type::ipv6:
        return write_address_and_port(parsed->host_ipv6_address().to_bytes(), false, port);
      case boost::urls::host_type::ipvfuture:
        return errc::url_bad_host;
      default:
        return write_host_and_port(host, port);
    }
  }

  /// `port` is empty, or digits after a ':'.
  error_code write_host_and_port(std::string_view host, std::string_view port) {
    if (host.empty()) return errc::url_no_host;
    key_.append_lower_case(host);
    observer_.after("lower-case the host", {}, {key_.view(), port, tail_});
    if (key_.view().ends_with('.')) key_.truncate(key_.size() - 1);
    observer_.after("drop the trailing dot of the host", {}, {key_.view(), port, tail_});
    if (key_.overflowed() || !is_host_name(key_.view())) return errc::url_bad_host;

    if (ends_in_number(key_.view())) {
      const auto address = parse_browser_ipv4(key_.view());
      return address ? write_address_and_port(*address, true, port) : make_error_code(errc::url_bad_host);
    }
    drop_www();
    observer_.after("drop the leading www.", {}, {key_.view(), port, tail_});
    if (!rules_.allow_private_hosts && is_private_name(key_.view())) return errc::url_private_host;
    return write_port(port);
  }

  error_code write_address_and_port(const address_bytes& address, bool ipv4, std::string_view port) {
    address_text text;
    key_.truncate(0);
    key_.append(write_address(address, ipv4, text));
    observer_.after("write the IP address in its usual form", {}, {key_.view(), port, tail_});
    if (!rules_.allow_private_hosts && is_private_address(address)) return errc::url_private_host;
    return write_port(port);
  }

  /// Every leading "www.", so that the key of a key is itself; but a domain keeps the dot before its top
  /// level: "www.com" is a site of its own.
  void drop_www() noexcept {
    constexpr std::string_view www = "www.";
    std::size_t dropped = 0;
    while (key_.view(dropped).starts_with(www) &&
           key_.view(dropped + www.size()).find('.') != std::string_view::npos)
      dropped += www.size();
    key_.erase(0, dropped);
  }

  /// Drops 80 and 443 alike, whatever the scheme was. The key has none, so "http://a:80" and "https://a:443"
  /// are one; and "http://a:443" is what an application behind a TLS proxy says of "https://a".
  error_code write_port(std::string_view port) {
    if (port.size() > 1) {
      std::uint16_t number = 0;
      const auto [end, error] = std::from_chars(port.data() + 1, port.data() + port.size(), number);
      if (error != std::errc() || end != port.data() + port.size()) return errc::url_bad_host;
      if (number != 80 && number != 443) {
        std::array<char, 8> digits;
        const auto written = std::to_chars(digits.begin(), digits.end(), number);
        key_.put(':');
        key_.append({digits.data(), written.ptr});
        observer_.after("write the port in its usual form", {}, {key_.view(), tail_});
        return {};
      }
    }
    observer_.after("drop the default port", {}, {key_.view(), tail_});
    return {};
  }

  /// Doubled slashes stay: to a server "/a//b" may be another page than "/a/b" (web archives have whole URLs
  /// in their paths).
  void write_path(std::string_view path) {
    const std::size_t from = key_.size();
    key_.append_normalised(path, path_spelling);
    observer_.after("normalise the percent-encoding of the path", {}, {key_.view(), query_, hash_bang_});
    if (has_dot_segment(key_.view(from))) remove_dot_segments(from);
    observer_.after("remove the dot segments", {}, {key_.view(), query_, hash_bang_});
    fold_slashes(from);
    observer_.after("fold the trailing slash", {}, {key_.view(), query_, hash_bang_});
  }

  void fold_slashes(std::size_t from) noexcept {
    while (key_.size() > from && key_.view().back() == '/') key_.truncate(key_.size() - 1);
  }

  /// Or a segment that only begins with a dot, which does no harm.
  static bool has_dot_segment(std::string_view path) noexcept {
    auto dot = path.find('.');
    while (dot != std::string_view::npos && path[dot - 1] != '/') dot = path.find('.', dot + 1);
    return dot != std::string_view::npos;
  }

  /// RFC 3986 section 5.2.4, in place, on the path that begins at `from`.
  void remove_dot_segments(std::size_t from) noexcept {
    char* const begin = key_.data(from);
    const char* const end = begin + key_.view(from).size();
    char* out = begin;
    for (const char* in = begin; in != end;) {
      const char* const segment_end = std::find(in + 1, end, '/');
      const std::string_view segment(in, segment_end);  // with its '/'
      const bool last = segment_end == end;
      if (segment == "/..") {
        while (out != begin && *--out != '/') {
        }
      } else if (segment != "/.") {
        out = std::copy(in, segment_end, out);
        in = segment_end;
        continue;
      }
      if (last) *out++ = '/';
      in = segment_end;
    }
    key_.truncate(from + static_cast<std::size_t>(out - begin));
  }

  void write_query(std::string_view query) {
    bool first = true;
    for (;;) {
      const auto ampersand = query.find('&');
      const std::string_view parameter = query.substr(0, ampersand);
      query.remove_prefix(ampersand == std::string_view::npos ? query.size() : ampersand + 1);
      if (write_parameter(parameter, first ? '?' : '&', query)) first = false;
      if (query.empty()) break;
    }
    observer_.after("drop the empty parameters", {}, {key_.view(), hash_bang_});
  }

  /// False when the parameter is dropped. `left` are those after it.
  bool write_parameter(std::string_view parameter, char separator, std::string_view left) {
    const std::string_view next_separator = left.empty() ? "" : separator == '?' ? "?" : "&";
    const std::size_t from = key_.size();
    if (parameter.empty()) {
      observer_.after("drop the empty parameters", {}, {key_.view(), next_separator, left, hash_bang_});
      return false;
    }
    const auto name_size = std::min(parameter.find('='), parameter.size());
    key_.put(separator);
    key_.append_normalised(parameter.substr(0, name_size), query_spelling);
    if (key_.overflowed()) return false;
    if (is_tracking_parameter(key_.view(from).substr(1))) {
      key_.truncate(from);
      observer_.after("drop the tracking parameter", parameter.substr(0, name_size),
                      {key_.view(), next_separator, left, hash_bang_});
      return false;
    }
    key_.append_normalised(parameter.substr(name_size), query_spelling);
    observer_.after("normalise the percent-encoding of the parameter", parameter.substr(0, name_size),
                    {key_.view(), left.empty() ? "" : "&", left, hash_bang_});
    return true;
  }

  /// It stands behind a slash where nothing else parts it from the site.
  void write_hash_bang(std::size_t site_size) {
    if (key_.size() == site_size) key_.put('/');
    const std::size_t from = key_.size();
    key_.put('#');
    key_.append_normalised(hash_bang_.substr(1), fragment_spelling);
    observer_.after("write the fragment that names a page in its usual form", {}, {key_.view()});
    if (hash_bang_.find('?') == std::string_view::npos) fold_slashes(from);
    observer_.after("fold the trailing slash of the fragment", {}, {key_.view()});
  }

  const key_rules& rules_;
  key_buffer mended_;  // the URL, where something in it was to be undone
  key_writer key_;
  Observer& observer_;
  std::string_view tail_;       // what follows the authority; at last the path
  std::string_view query_;      // with its '?'
  std::string_view hash_bang_;  // with its '#'; nothing where the fragment names no page
};

}  // namespace buttond
