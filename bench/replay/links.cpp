#include "bench/replay/links.hpp"

#include "common/error.hpp"
#include "common/url_key.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/pct_string_view.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace buttond::replay {

namespace urls = boost::urls;

links links::from_file(const std::string& path, bool allow_private_hosts) {
  std::ifstream file(path);
  if (!file) throw startup_error(fmt::format("cannot read {}: {}", path, std::strerror(errno)));

  links read;
  read.allow_private_hosts_ = allow_private_hosts;
  key_buffer buffer;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    if (!make_key(line, {allow_private_hosts}, buffer)) {
      ++read.refused_;
      continue;
    }
    read.starts_.push_back(read.encoded_.size());
    read.encoded_ += urls::encode(line, urls::unreserved_chars);
  }
  if (read.starts_.empty()) {
    throw startup_error(fmt::format(
        "{} holds no link that can be counted ({} refused); bench/links writes some", path, read.refused_));
  }
  read.starts_.push_back(read.encoded_.size());
  return read;
}

links links::made_up(std::size_t count) {
  links made;
  made.made_up_ = count;
  return made;
}

void links::append_encoded(std::uint32_t index, std::string& out) const {
  if (made_up_ != 0) {
    fmt::format_to(std::back_inserter(out), "https%3A%2F%2Fsite-{}.example.com%2F2012%2F09%2Fpost-{}",
                   index / 100, index);
  } else {
    out.append(encoded_, starts_[index], starts_[index + 1] - starts_[index]);
  }
}

std::string links::url(std::uint32_t index) const {
  std::string encoded;
  append_encoded(index, encoded);
  return urls::make_pct_string_view(encoded)->decode();
}

std::string links::key(std::uint32_t index) const {
  key_buffer buffer;
  return std::string(make_key(url(index), {allow_private_hosts_}, buffer).value());
}

}  // namespace buttond::replay
