#include "button/store/mongodb_pool.hpp"

#include "button/store/library_versions.hpp"
#include "button/store/mongodb_driver_log.hpp"
#include "button/store/mongodb_errors.hpp"
#include "button/store/mongodb_uri.hpp"
#include "button/store/store_causes.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace buttond {
namespace {

using uri_ptr = driver_ptr<mongoc_uri_t, mongoc_uri_destroy>;

// Where the URI says nothing. A server that hangs holds a caller for the socket timeout, and no longer; a
// write concern that cannot be had fails before that.
constexpr std::int32_t server_selection_ms = 2'000;
constexpr std::int32_t connect_ms = 2'000;
constexpr std::int32_t socket_ms = 10'000;
constexpr std::int32_t write_concern_ms = 8'000;

// A call is not cut off in the moment in which the server itself gives a read up, and a server at the other
// end of the world is reached.
constexpr std::int32_t grace_ms = 250;
constexpr std::int32_t least_patience_ms = 500;

/// No time-out is longer than these.
void cut_timeouts(mongoc_uri_t* uri, const mongodb_patience& patience) {
  const auto most = std::max(static_cast<std::int32_t>(patience.of_read.count()), least_patience_ms);
  const auto cut = [&](const char* option, std::int32_t milliseconds) {
    const auto set = mongoc_uri_get_option_as_int32(uri, option, milliseconds);
    if (set <= 0 || set > milliseconds) mongoc_uri_set_option_as_int32(uri, option, milliseconds);
  };
  cut(MONGOC_URI_SERVERSELECTIONTIMEOUTMS, most);
  cut(MONGOC_URI_CONNECTTIMEOUTMS, most);
  cut(MONGOC_URI_SOCKETTIMEOUTMS, most + grace_ms);
}

uri_ptr parse_uri(const std::string& text, const std::optional<mongodb_patience>& patience) {
  initialise_driver();
  const auto refuse = [](std::string_view why) {
    throw startup_error(fmt::format("--store: the MongoDB URI is not valid: {}", why));
  };
  if (const auto fault = fault_of_authority(text); !fault.empty()) refuse(fault);
  bson_error_t error{};
  uri_ptr uri;
  const auto messages = messages_during([&] { uri.reset(mongoc_uri_new_with_error(text.c_str(), &error)); });
  if (!uri) refuse(without_values(error.message));
  for (const auto& message : messages)
    if (!patience) spdlog::warn("--store: the MongoDB URI: {}", without_values(message));
  if (mongoc_uri_get_database(uri.get()) == nullptr) {
    throw startup_error(
        "--store: the MongoDB URI names no database; put its name after the hosts, as in "
        "mongodb://HOST:27017/buttond");
  }
  const auto set_default = [&](const char* option, std::int32_t milliseconds) {
    if (!mongoc_uri_has_option(uri.get(), option))
      mongoc_uri_set_option_as_int32(uri.get(), option, milliseconds);
  };
  set_default(MONGOC_URI_SERVERSELECTIONTIMEOUTMS, server_selection_ms);
  set_default(MONGOC_URI_CONNECTTIMEOUTMS, connect_ms);
  set_default(MONGOC_URI_SOCKETTIMEOUTMS, socket_ms);
  // The next reader of the link asks again; a second try would double how long a hung server holds the
  // loader.
  if (!mongoc_uri_has_option(uri.get(), MONGOC_URI_RETRYREADS))
    mongoc_uri_set_option_as_bool(uri.get(), MONGOC_URI_RETRYREADS, false);
  if (patience) cut_timeouts(uri.get(), *patience);
  if (mongoc_uri_get_appname(uri.get()) == nullptr) mongoc_uri_set_appname(uri.get(), "buttond");
  return uri;
}

/// Whether the driver has found one of the servers at least.
bool knows_a_server(const mongoc_client_t* client) {
  std::size_t count = 0;
  auto** const servers = mongoc_client_get_server_descriptions(client, &count);
  const bool known = std::any_of(servers, servers + count, [](const mongoc_server_description_t* server) {
    return std::string_view{mongoc_server_description_type(server)} != "Unknown";
  });
  mongoc_server_descriptions_destroy_all(servers, count);
  return known;
}

/// `waited_long`: at least the socket timeout has passed, which the driver does not tell from a broken
/// connection.
error_code to_error(const bson_error_t& error, const mongoc_client_t* client, bool waited_long) {
  switch (error.domain) {
    case MONGOC_ERROR_CLIENT:
      return error.code == MONGOC_ERROR_CLIENT_AUTHENTICATE ? errc::store_login : server_error(error.code);
    case MONGOC_ERROR_SERVER_SELECTION:
      return knows_a_server(client) ? errc::store_no_primary : errc::store_unavailable;
    case MONGOC_ERROR_STREAM:
      return waited_long ? errc::store_timeout : errc::store_unavailable;
    case MONGOC_ERROR_WRITE_CONCERN:
      return errc::store_timeout;
    default:
      return server_error(error.code);
  }
}

auto acknowledged_by_majority() {
  driver_ptr<mongoc_write_concern_t, mongoc_write_concern_destroy> concern{mongoc_write_concern_new()};
  mongoc_write_concern_set_wmajority(concern.get(), write_concern_ms);
  mongoc_write_concern_set_journal(concern.get(), true);
  return concern;
}

}  // namespace

void remove_driver_counters() noexcept {
  // As mongoc-counters.c names it.
  std::array<char, 32> name;
  *fmt::format_to_n(name.data(), name.size() - 1, "/mongoc-{}", ::getpid()).out = '\0';
  ::shm_unlink(name.data());
}

const char* mongoc_version() noexcept {
  return mongoc_get_version();
}

mongodb_pool::mongodb_pool(const std::string& uri, const std::optional<mongodb_patience>& patience)
    : uri_(parse_uri(uri, patience)),
      socket_timeout_(mongoc_uri_get_option_as_int32(uri_.get(), MONGOC_URI_SOCKETTIMEOUTMS, socket_ms)),
      acknowledged_(acknowledged_by_majority()) {
  // Here, since it changes the write concern, which all threads share.
  mongoc_write_concern_append(acknowledged_.get(), acknowledged_option_.out());
}

std::string mongodb_pool::name() const {
  std::string hosts;
  if (const char* service = mongoc_uri_get_srv_hostname(uri_.get())) hosts = service;
  for (const auto* host = mongoc_uri_get_hosts(uri_.get()); host != nullptr; host = host->next)
    hosts += (hosts.empty() ? "" : ",") + std::string{host->host_and_port};
  return fmt::format("mongodb://{}/{}", hosts, database());
}

mongoc_client_pool_t* mongodb_pool::connect(bson_error_t& error) {
  const std::lock_guard lock{mutex_};
  if (!pool_) {
    pool_.reset(mongoc_client_pool_new_with_error(uri_.get(), &error));
    if (pool_) mongoc_client_pool_set_error_api(pool_.get(), MONGOC_ERROR_API_VERSION_2);
  }
  return pool_.get();
}

result<void> mongodb_pool::check_version(mongoc_client_t* client, std::chrono::steady_clock::time_point start,
                                         std::string& why) {
  bson_error_t error{};
  bson_document reply;
  const bson_document ask{{"buildInfo", 1}};
  if (!mongoc_client_command_simple(client, "admin", ask.get(), nullptr, reply.fresh(), &error))
    return failure(client, error, start, why);
  why = reason_against(bson_view{reply}.text("version"));
  if (!why.empty()) return errc::store_too_old;
  known_version_ = true;
  return {};
}

error_code mongodb_pool::failure(const mongoc_client_t* client, const bson_error_t& error,
                                 std::chrono::steady_clock::time_point start, std::string& why) const {
  const bool waited_long = std::chrono::steady_clock::now() - start >= socket_timeout_;
  const error_code code = to_error(error, client, waited_long);
  why = cause_of(code) == store_cause::unauthorized ? fmt::format("{}: {}", user(), error.message)
                                                    : error.message;
  return code;
}

std::string mongodb_pool::user() const {
  const char* const name = mongoc_uri_get_username(uri_.get());
  if (name == nullptr) return "no user is named";
  return fmt::format("user \"{}\", authSource \"{}\"", name, mongoc_uri_get_auth_source(uri_.get()));
}

}  // namespace buttond
