#include "button/store/mongodb_client.hpp"

#include "button/store/library_versions.hpp"

#include <fmt/format.h>
#include <mongoc/mongoc.h>
#include <spdlog/spdlog.h>

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <mutex>
#include <utility>

namespace buttond {
namespace {

// Where the URI says nothing. A server that hangs holds a caller for the socket timeout, and no longer; a
// write concern that cannot be had fails before that.
constexpr std::int32_t server_selection_ms = 2'000;
constexpr std::int32_t connect_ms = 2'000;
constexpr std::int32_t socket_ms = 10'000;
constexpr std::int32_t write_concern_ms = 8'000;

// Server error codes (MongoDB, src/mongo/base/error_codes.yml).
constexpr int duplicate_key = 11000;
constexpr int max_time_expired = 50;
constexpr int write_concern_failed = 64;

template <auto Destroy>
struct destroyer {
  template <class T>
  void operator()(T* object) const noexcept {
    Destroy(object);
  }
};
using uri_ptr = std::unique_ptr<mongoc_uri_t, destroyer<mongoc_uri_destroy>>;
using pool_ptr = std::unique_ptr<mongoc_client_pool_t, destroyer<mongoc_client_pool_destroy>>;
using collection_ptr = std::unique_ptr<mongoc_collection_t, destroyer<mongoc_collection_destroy>>;
using bulk_ptr = std::unique_ptr<mongoc_bulk_operation_t, destroyer<mongoc_bulk_operation_destroy>>;
using cursor_ptr = std::unique_ptr<mongoc_cursor_t, destroyer<mongoc_cursor_destroy>>;

void log_driver_message(mongoc_log_level_t level, const char* domain, const char* message, void*) {
  if (level <= MONGOC_LOG_LEVEL_WARNING)
    spdlog::warn("{}: {}", domain, message);
  else
    spdlog::debug("{}: {}", domain, message);
}

/// libmongoc wants to be initialised once a process; it is left so until the process ends.
void initialise_driver() {
  static const bool once = [] {
    mongoc_log_set_handler(log_driver_message, nullptr);
    mongoc_init();
    return true;
  }();
  static_cast<void>(once);
}

uri_ptr parse_uri(const std::string& text) {
  bson_error_t error;
  uri_ptr uri{mongoc_uri_new_with_error(text.c_str(), &error)};
  if (!uri) {
    // The driver quotes a password that it cannot parse.
    const bool secret = text.find('@') != std::string::npos;
    throw startup_error(
        fmt::format("--store: the MongoDB URI is not valid: {}",
                    secret ? "percent-encode user name and password, and check the hosts and the options"
                           : error.message));
  }
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
  if (mongoc_uri_get_appname(uri.get()) == nullptr) mongoc_uri_set_appname(uri.get(), "buttond");
  return uri;
}

std::string public_name(const mongoc_uri_t* uri) {
  std::string hosts;
  if (const char* service = mongoc_uri_get_srv_hostname(uri)) hosts = service;
  for (const auto* host = mongoc_uri_get_hosts(uri); host != nullptr; host = host->next)
    hosts += (hosts.empty() ? "" : ",") + std::string{host->host_and_port};
  return fmt::format("mongodb://{}/{}", hosts, mongoc_uri_get_database(uri));
}

/// `waited_long`: at least the socket timeout has passed, which the driver does not tell from a broken
/// connection.
error_code to_error(const bson_error_t& error, bool waited_long) noexcept {
  switch (error.domain) {
    case MONGOC_ERROR_SERVER_SELECTION:
      return errc::store_unavailable;
    case MONGOC_ERROR_STREAM:
      return waited_long ? errc::store_timeout : errc::store_unavailable;
    case MONGOC_ERROR_WRITE_CONCERN:
      return errc::store_timeout;
    default:
      break;
  }
  switch (error.code) {
    case max_time_expired:
    case write_concern_failed:
      return errc::store_timeout;
    case 6:      // HostUnreachable
    case 7:      // HostNotFound
    case 89:     // NetworkTimeout
    case 91:     // ShutdownInProgress
    case 189:    // PrimarySteppedDown
    case 10107:  // NotWritablePrimary
    case 11600:  // InterruptedAtShutdown
    case 11602:  // InterruptedDueToReplStateChange
    case 13435:  // NotPrimaryNoSecondaryOk
    case 13436:  // NotPrimaryOrSecondary
      return errc::store_unavailable;
    default:
      return errc::store_refused;
  }
}

/// Whether a bulk's reply holds nothing but matches, insertions and duplicate keys, one for each of `count`
/// updates. `into` gets them.
bool all_accounted_for(const bson_t* reply, std::size_t count, mongodb_bulk_outcome& into) {
  bson_iter_t field;
  bson_iter_t item;
  if (bson_iter_init_find(&field, reply, "writeConcernErrors") && bson_iter_recurse(&field, &item) &&
      bson_iter_next(&item))
    return false;
  into.matched = bson_view{reply}.number("nMatched");
  into.inserted = bson_view{reply}.number("nUpserted");
  if (bson_iter_init_find(&field, reply, "writeErrors") && bson_iter_recurse(&field, &item)) {
    while (bson_iter_next(&item)) {
      bson_iter_t code;
      bson_iter_t index;
      if (!bson_iter_recurse(&item, &code) || !bson_iter_find(&code, "code") ||
          bson_iter_as_int64(&code) != duplicate_key || !bson_iter_recurse(&item, &index) ||
          !bson_iter_find(&index, "index"))
        return false;
      const auto position = static_cast<std::size_t>(bson_iter_as_int64(&index));
      if (position >= count) return false;
      into.duplicates.push_back(position);
    }
  }
  return static_cast<std::size_t>(into.matched + into.inserted) + into.duplicates.size() == count;
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

struct mongodb_client::impl {
  explicit impl(uri_ptr parsed)
      : uri(std::move(parsed)),
        socket_timeout(mongoc_uri_get_option_as_int32(uri.get(), MONGOC_URI_SOCKETTIMEOUTMS, socket_ms)) {}

  /// A client of the pool for the time of one call.
  class lease {
   public:
    explicit lease(mongoc_client_pool_t* pool) noexcept
        : pool_(pool), client_(pool != nullptr ? mongoc_client_pool_pop(pool) : nullptr) {}
    lease(const lease&) = delete;
    lease& operator=(const lease&) = delete;
    ~lease() {
      if (client_ != nullptr) mongoc_client_pool_push(pool_, client_);
    }
    mongoc_client_t* get() const noexcept { return client_; }

   private:
    mongoc_client_pool_t* pool_;
    mongoc_client_t* client_;
  };

  /// The pool, made where it is not there yet: nothing, and `error`, where it cannot be.
  mongoc_client_pool_t* connect(bson_error_t& error) {
    const std::lock_guard lock{mutex};
    if (!pool) {
      pool.reset(mongoc_client_pool_new_with_error(uri.get(), &error));
      if (pool) mongoc_client_pool_set_error_api(pool.get(), MONGOC_ERROR_API_VERSION_2);
    }
    return pool.get();
  }

  /// Runs `work(client, error)`, which returns whether it succeeded.
  template <class Work>
  result<void> with_client(std::string& why, Work work) {
    const auto start = std::chrono::steady_clock::now();
    bson_error_t error{};
    const lease client{connect(error)};
    if (client.get() != nullptr && work(client.get(), &error)) return {};
    why = error.message;
    if (client.get() == nullptr) return errc::store_unavailable;
    return to_error(error, std::chrono::steady_clock::now() - start >= socket_timeout);
  }

  collection_ptr collection(mongoc_client_t* client, const char* name) const {
    return collection_ptr{mongoc_client_get_collection(client, mongoc_uri_get_database(uri.get()), name)};
  }

  const uri_ptr uri;
  const std::chrono::milliseconds socket_timeout;
  std::mutex mutex;
  pool_ptr pool;  // made under mutex, then used without
};

mongodb_client::mongodb_client(const std::string& uri) {
  initialise_driver();
  impl_ = std::make_unique<impl>(parse_uri(uri));
  name_ = public_name(impl_->uri.get());
}

mongodb_client::~mongodb_client() = default;

result<mongodb_bulk_outcome> mongodb_client::update(const char* collection,
                                                    std::span<const mongodb_update> updates, bool upsert,
                                                    std::string& why) {
  mongodb_bulk_outcome outcome;
  if (updates.empty()) return outcome;
  const bson_document options{
      bson_field::flag("ordered", false),
      {"writeConcern",
       bson_document{{"w", "majority"}, bson_field::flag("j", true), {"wtimeout", write_concern_ms}}}};
  const bson_document update_options{bson_field::flag("upsert", upsert)};

  const auto done = impl_->with_client(why, [&](mongoc_client_t* client, bson_error_t* error) {
    const auto target = impl_->collection(client, collection);
    const bulk_ptr bulk{mongoc_collection_create_bulk_operation_with_opts(target.get(), options.get())};
    for (const auto& each : updates) {
      if (!mongoc_bulk_operation_update_one_with_opts(bulk.get(), each.selector.get(), each.update.get(),
                                                      update_options.get(), error))
        return false;
    }
    bson_document reply;
    const bool clean = mongoc_bulk_operation_execute(bulk.get(), reply.out(), error) != 0;
    const bool accounted = all_accounted_for(reply.get(), updates.size(), outcome);
    // An update without upsert may match nothing: then only a clean answer says that all were tried.
    if (upsert ? accounted : clean) return true;
    if (clean) bson_set_error(error, 0, 0, "%s", "the server's answer does not account for every update");
    return false;
  });
  if (!done) return done.error();
  return outcome;
}

result<void> mongodb_client::find(const char* collection, const bson_document& filter,
                                  const bson_document& options, const std::function<void(bson_view)>& visit,
                                  std::string& why) {
  return impl_->with_client(why, [&](mongoc_client_t* client, bson_error_t* error) {
    const auto source = impl_->collection(client, collection);
    const cursor_ptr cursor{
        mongoc_collection_find_with_opts(source.get(), filter.get(), options.get(), nullptr)};
    const bson_t* document = nullptr;
    while (mongoc_cursor_next(cursor.get(), &document)) visit(bson_view{document});
    return !mongoc_cursor_error(cursor.get(), error);
  });
}

result<void> mongodb_client::ping(std::string& why) {
  return impl_->with_client(why, [&](mongoc_client_t* client, bson_error_t* error) {
    const bson_document command{{"ping", 1}};
    return mongoc_client_command_simple(client, mongoc_uri_get_database(impl_->uri.get()), command.get(),
                                        nullptr, nullptr, error);
  });
}

}  // namespace buttond
