#include "button/check/check_store.hpp"

#include "button/store/open_store.hpp"
#include "common/error.hpp"
#include "common/masked_uri.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <exception>
#include <filesystem>
#include <future>
#include <memory>
#include <string_view>
#include <thread>
#include <utility>

namespace buttond {
namespace {

constexpr std::string_view sqlite = "sqlite:";
constexpr std::chrono::seconds patience{5};

struct answer {
  bool reads = false;
  bool writes = false;
  std::string why;
  std::string refused;  // it would not start
};

answer ask(const std::string& uri) {
  answer got;
  try {
    const auto asked = open_store(uri, if_missing::fail);
    got.reads = asked->ping(got.why).has_value();
    if (got.reads) got.writes = asked->can_write(got.why).has_value();
  } catch (const std::exception& error) {
    got.refused = error.what();
  }
  return got;
}

/// Asked on a thread of its own, which is left behind where the store holds it for longer.
std::future<answer> ask_aside(const std::string& uri) {
  std::promise<answer> promise;
  auto coming = promise.get_future();
  std::thread([uri, promise = std::move(promise)]() mutable { promise.set_value(ask(uri)); }).detach();
  return coming;
}

/// A database that the start makes; nothing is to be asked there.
bool is_to_be_made(const std::string& uri, check_report& report) {
  if (!uri.starts_with(sqlite)) return false;
  const std::filesystem::path file = uri.substr(sqlite.size());
  std::error_code failed;
  if (std::filesystem::exists(file, failed)) return false;
  std::filesystem::path folder = std::filesystem::absolute(file, failed).parent_path();
  while (!std::filesystem::exists(folder, failed) && folder != folder.parent_path())
    folder = folder.parent_path();
  if (::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) == 0)
    report.ok("store: {} is not there yet; the start makes it", uri);
  else
    report.warning(
        "store: {} cannot be made: {} cannot be written by this user; chown it, or name another by --store",
        uri, folder.string());
  return true;
}

}  // namespace

void check_store(const std::string& uri, check_report& report) {
  if (is_to_be_made(uri, report)) return;
  const std::string name = masked_uri(uri);
  auto coming = ask_aside(uri);
  if (coming.wait_for(patience) != std::future_status::ready) {
    report.warning("store: {} has not answered for {} s; counts wait in the journal meanwhile", name,
                   patience.count());
    return;
  }
  const answer got = coming.get();
  if (!got.refused.empty())
    report.error("store: {}", got.refused);
  else if (!got.reads)
    report.warning("store: {} cannot be read: {}; counts wait in the journal meanwhile", name, got.why);
  else if (!got.writes)
    report.warning("store: {} can be read but not written: {}; counts wait in the journal meanwhile", name,
                   got.why);
  else
    report.ok("store: {} can be read and written", name);
}

}  // namespace buttond
