#include "button/impressions/node_identity.hpp"

#include "common/checksum.hpp"
#include "common/file.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <string_view>

namespace buttond {
namespace {

constexpr std::string_view title = "buttond-node ";
constexpr std::string_view version = "1 ";
constexpr std::int64_t block = 1 << 16;
constexpr std::size_t node_digits = 16;

std::string random_node() {
  std::uint64_t bits = 0;
  randombytes_buf(&bits, sizeof bits);
  return fmt::format("{:016x}", bits);
}

std::string encode(std::string_view node, std::int64_t reserved) {
  const auto said = fmt::format("{}{}{} {} ", title, version, node, reserved);
  return fmt::format("{}{:016x}\n", said, short_checksum(said));
}

std::int64_t first_number(const clock& time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.wall().time_since_epoch()).count();
}

struct content {
  std::string node;
  std::int64_t reserved = 0;
};

result<content> decode(std::string_view text) {
  if (!text.starts_with(title)) return errc::file_corrupt;
  const auto after_title = text.substr(title.size());
  if (!after_title.starts_with(version))
    return after_title.find(' ') == std::string_view::npos ? errc::file_corrupt : errc::file_other_version;
  const auto rest = after_title.substr(version.size());
  content read;
  read.node = rest.substr(0, node_digits);
  if (rest.size() <= node_digits) return errc::file_corrupt;
  const auto number = rest.substr(node_digits + 1);
  const auto [end, failure] = std::from_chars(number.data(), number.data() + number.size(), read.reserved);
  // Written again, it must be the same: that checks the checksum and every separator at once.
  if (failure != std::errc() || encode(read.node, read.reserved) != text) return errc::file_corrupt;
  return read;
}

}  // namespace

node_identity::node_identity(std::filesystem::path file, std::string node, std::int64_t next) noexcept
    : file_(std::move(file)), node_(std::move(node)), next_(next) {}

result<node_identity> node_identity::open(const std::filesystem::path& directory, const clock& time) {
  const auto file = directory / "identity";
  auto text = read_file(file);
  if (!text) {
    if (text.error() != boost::system::errc::no_such_file_or_directory) return text.error();
    node_identity fresh(file, random_node(), first_number(time));
    if (auto reserved = fresh.reserve(); !reserved) return reserved.error();
    return fresh;
  }
  auto known = decode(*text);
  if (!known) return known.error();
  node_identity identity(file, known->node, std::max(known->reserved, first_number(time)));
  return identity;
}

node_identity node_identity::for_this_process(const clock& time) {
  return {{}, random_node(), first_number(time)};
}

result<std::int64_t> node_identity::next_number() {
  if (!file_.empty() && next_ >= reserved_) {
    if (auto reserved = reserve(); !reserved) return reserved.error();
  }
  return next_++;
}

void node_identity::top_up() {
  if (!file_.empty() && next_ >= reserved_ - block / 2) {
    // A failure is reported by next_number(), once there is no number left.
    [[maybe_unused]] const auto reserved = reserve();
  }
}

void node_identity::skip_to_above(std::int64_t number) noexcept {
  next_ = std::max(next_, number + 1);
}

result<void> node_identity::reserve() {
  const auto upto = next_ + block;
  if (auto written = replace_file(file_, encode(node_, upto)); !written) return written;
  if (auto synced = sync_directory(file_.parent_path()); !synced) return synced;
  reserved_ = upto;
  return {};
}

}  // namespace buttond
