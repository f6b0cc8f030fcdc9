#include "button/check/socket_holder.hpp"

#include "common/error.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <vector>

namespace buttond {
namespace {

struct listening {
  std::string inode;
  std::optional<std::uint32_t> user;  // of the socket; not told of Unix sockets
};

/// A line is "sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode", with
/// ADDRESS:PORT in hexadecimal. Source: proc(5), /proc/net/tcp.
void find_tcp(const char* table, std::uint16_t port, std::vector<listening>& into) {
  constexpr const char* listens = "0A";
  std::ifstream lines(table);
  std::string line;
  std::getline(lines, line);  // the header
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string number, local, remote, state, queues, timer, retransmits, timeout;
    listening found;
    std::uint32_t user = 0;
    if (!(words >> number >> local >> remote >> state >> queues >> timer >> retransmits >> user >> timeout >>
          found.inode))
      continue;
    if (state != listens || !local.ends_with(fmt::format(":{:04X}", port))) continue;
    found.user = user;
    into.push_back(std::move(found));
  }
}

/// A line is "Num RefCount Protocol Flags Type St Inode Path".
void find_unix(const std::string& path, std::vector<listening>& into) {
  std::ifstream lines("/proc/net/unix");
  for (std::string line; std::getline(lines, line);) {
    if (!line.ends_with(" " + path)) continue;
    std::istringstream words(line);
    std::string number, references, protocol, flags, type, state, inode;
    if (words >> number >> references >> protocol >> flags >> type >> state >> inode)
      into.push_back({inode, std::nullopt});
  }
}

std::string name_of(const std::filesystem::path& process) {
  std::ifstream in(process / "comm");
  std::string name;
  std::getline(in, name);
  return name;
}

/// The real user; who owns the folder says nothing of a process that hides its memory.
std::optional<std::uint32_t> user_of(const std::filesystem::path& process) {
  std::ifstream in(process / "status");
  for (std::string word; in >> word;) {
    std::uint32_t user = 0;
    if (word == "Uid:" && in >> user) return user;
  }
  return std::nullopt;
}

bool has_open(const std::filesystem::path& process, const std::vector<listening>& sockets) {
  std::error_code failed;
  for (std::filesystem::directory_iterator each(process / "fd", failed), end; !failed && each != end;
       each.increment(failed)) {
    std::error_code gone;
    const std::string target = std::filesystem::read_symlink(each->path(), gone).string();
    for (const listening& socket : sockets) {
      if (target == "socket:[" + socket.inode + "]") return true;
    }
  }
  return false;
}

std::optional<pid_t> process_of(const std::filesystem::path& folder) {
  const std::string name = folder.filename().string();
  pid_t pid = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return pid;
}

}  // namespace

socket_holder holder_of(const http::listen_address& address) {
  std::vector<listening> sockets;
  if (address.is_unix()) {
    find_unix(address.path(), sockets);
  } else {
    find_tcp("/proc/net/tcp", address.port(), sockets);
    find_tcp("/proc/net/tcp6", address.port(), sockets);
  }
  socket_holder likely;
  std::error_code failed;
  for (std::filesystem::directory_iterator each("/proc", failed), end; !failed && each != end;
       each.increment(failed)) {
    const auto pid = process_of(each->path());
    if (!pid || *pid == ::getpid()) continue;
    const std::string name = name_of(each->path());
    if (has_open(each->path(), sockets)) return {*pid, name};
    if (name != "buttond") continue;
    const auto user = user_of(each->path());
    for (const listening& socket : sockets) {
      if (!socket.user || socket.user == user) likely = {*pid, name};
    }
  }
  return likely;
}

}  // namespace buttond
