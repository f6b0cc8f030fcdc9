#include "button/config/secret_file.hpp"

#include "common/file.hpp"

#include <fmt/format.h>

#include <sys/stat.h>

namespace buttond {
namespace {

constexpr std::size_t longest_secret = std::size_t{64} << 10;
constexpr const char* blanks = " \t\r\n";

}  // namespace

std::string read_secret(const std::filesystem::path& file) {
  const auto refuse = [&file](const std::string& why) {
    return startup_error(fmt::format("{} {}", file.string(), why));
  };
  auto content = read_file(file, longest_secret + 1);
  if (content.has_error()) {
    if (content.error() == errc::file_irregular)
      throw refuse("is a directory, a pipe or a device; name a file");
    if (content.error() == boost::system::errc::permission_denied)
      throw refuse(
          "cannot be read by this user; let the user read it (chown), or use systemd's LoadCredential=");
    if (content.error() == boost::system::errc::no_such_file_or_directory)
      throw refuse("is not there; write it, readable for the user that buttond runs as (chmod 600)");
    throw refuse("cannot be read: " + content.error().message());
  }
  if (content->size() > longest_secret) throw refuse("is longer than 64KiB; it should have one line");
  std::string text = std::move(*content);
  text.erase(text.find_last_not_of(blanks) + 1);
  text.erase(0, text.find_first_not_of(blanks));
  if (text.empty()) throw refuse("is empty; it should have one line");
  if (text.find('\n') != std::string::npos) throw refuse("has several lines; it should have one");
  if (text.find('\0') != std::string::npos) throw refuse("has a byte 0; it should have one line of text");
  return text;
}

std::string readable_by_others(const std::filesystem::path& file) {
  struct stat facts {};
  if (::stat(file.c_str(), &facts) != 0 || (facts.st_mode & S_IROTH) == 0) return {};
  return fmt::format("{} can be read by every user of this machine; chmod o= it", file.string());
}

}  // namespace buttond
