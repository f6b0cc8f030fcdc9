#include "button/store/mongodb_client.hpp"

#include "button/store/library_versions.hpp"
#include "button/store/mongodb_errors.hpp"

#include <fmt/format.h>
#include <mongoc/mongoc.h>
#include <spdlog/spdlog.h>

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>

namespace buttond {
namespace {

// Where the URI says nothing. A server that hangs holds a caller for the socket timeout, and no longer; a
// write concern that cannot be had fails before that.
constexpr std::int32_t server_selection_ms = 2'000;
constexpr std::int32_t connect_ms = 2'000;
constexpr std::int32_t socket_ms = 10'000;
constexpr std::int32_t write_concern_ms = 8'000;

// Codes of the server.
constexpr std::uint32_t not_a_replica_set = 123;
constexpr std::uint32_t transaction_numbers_refused = 20;

constexpr int transaction_tries = 5;
constexpr std::chrono::milliseconds transaction_pause{20};

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
using preference_ptr = std::unique_ptr<mongoc_read_prefs_t, destroyer<mongoc_read_prefs_destroy>>;
using session_ptr = std::unique_ptr<mongoc_client_session_t, destroyer<mongoc_client_session_destroy>>;
using transaction_options_ptr =
    std::unique_ptr<mongoc_transaction_opt_t, destroyer<mongoc_transaction_opts_destroy>>;
using write_concern_ptr = std::unique_ptr<mongoc_write_concern_t, destroyer<mongoc_write_concern_destroy>>;
using cursor_ptr = std::unique_ptr<mongoc_cursor_t, destroyer<mongoc_cursor_destroy>>;

void log_driver_message(mongoc_log_level_t level, const char* domain, const char* message, void*) {
  // A transaction that the server has ended by itself is ended all the same.
  const bool matters = !std::string_view{message}.starts_with("Error in abortTransaction");
  if (level <= MONGOC_LOG_LEVEL_WARNING && matters)
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
      return server_error(error.code);
  }
}

const char* concern_of(mongodb_read read) noexcept {
  switch (read) {
    case mongodb_read::linearizable:
      return "linearizable";
    case mongodb_read::committed:
      return "majority";
    default:
      return "local";
  }
}

write_concern_ptr acknowledged_by_majority() {
  write_concern_ptr concern{mongoc_write_concern_new()};
  mongoc_write_concern_set_wmajority(concern.get(), write_concern_ms);
  mongoc_write_concern_set_journal(concern.get(), true);
  return concern;
}

/// For what decides something: the URI's read preference is for counts only.
struct primary_read {
  explicit primary_read(mongodb_read read) {
    options.add({"readConcern", bson_document{{"level", concern_of(read)}}});
  }

  const preference_ptr preference{mongoc_read_prefs_new(MONGOC_READ_PRIMARY)};
  bson_document options;
};

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
    const auto failed = [&]() -> error_code {
      why = error.message;
      if (client.get() == nullptr) return errc::store_unavailable;
      return to_error(error, std::chrono::steady_clock::now() - start >= socket_timeout);
    };
    if (client.get() == nullptr) return failed();
    if (!known_version) {
      bson_document reply;
      const bson_document ask{{"buildInfo", 1}};
      if (!mongoc_client_command_simple(client.get(), "admin", ask.get(), nullptr, reply.fresh(), &error))
        return failed();
      why = reason_against(bson_view{reply}.text("version"));
      if (!why.empty()) return errc::store_too_old;
      known_version = true;
    }
    if (!work(client.get(), &error)) return failed();
    return {};
  }

  /// Fails also for what the command's reply says of a single document; the transaction is ended then.
  bool run_transaction(mongoc_client_t* client, mongoc_client_session_t* session,
                       const mongoc_transaction_opt_t* options, const bson_document& command,
                       bson_document& reply, bson_error_t* error) {
    bson_document in_session;
    if (!mongoc_client_session_start_transaction(session, options, error) ||
        !mongoc_client_session_append(session, in_session.out(), error))
      return false;
    bool written = mongoc_client_write_command_with_opts(client, database(), command.get(), in_session.get(),
                                                         reply.fresh(), error);
    if (!written && error->code == transaction_numbers_refused) stands_alone = true;
    if (const auto errors = written ? write_errors(reply) : std::vector<mongodb_write_error>{};
        !errors.empty()) {
      bson_set_error(error, MONGOC_ERROR_SERVER, errors.front().code, "%s", errors.front().message.c_str());
      written = false;
    }
    if (!written) {
      mongoc_client_session_abort_transaction(session, nullptr);
      return false;
    }
    bson_document committed;
    if (mongoc_client_session_commit_transaction(session, committed.fresh(), error)) return true;
    bson_concat(reply.fresh(), committed.get());
    return false;
  }

  /// Remembers a session that lost its server: its transaction may be open there, and lock what it wrote. The
  /// driver uses it no more.
  void abandon(const mongoc_client_session_t* session) {
    const std::lock_guard lock{mutex};
    abandoned.emplace_back(bson_view{mongoc_client_session_get_lsid(session)});
  }

  /// Has the server end them. One that will not does it by itself in a minute.
  void end_abandoned(mongoc_client_t* client) {
    std::vector<bson_document> sessions;
    {
      const std::lock_guard lock{mutex};
      sessions.swap(abandoned);
    }
    if (sessions.empty()) return;
    bson_array ids;
    for (const auto& session : sessions) ids.add(session);
    const bson_document command{{"killSessions", ids}};
    bson_error_t error;
    if (mongoc_client_command_simple(client, "admin", command.get(), nullptr, nullptr, &error) ||
        error.domain == MONGOC_ERROR_SERVER)
      return;
    const std::lock_guard lock{mutex};
    std::move(sessions.begin(), sessions.end(), std::back_inserter(abandoned));
  }

  const char* database() const noexcept { return mongoc_uri_get_database(uri.get()); }

  collection_ptr collection(mongoc_client_t* client, const char* name) const {
    return collection_ptr{mongoc_client_get_collection(client, database(), name)};
  }

  static bool visit_all(mongoc_cursor_t* cursor, const visitor& visit, bson_error_t* error) {
    const bson_t* document = nullptr;
    while (mongoc_cursor_next(cursor, &document)) visit(bson_view{document});
    return !mongoc_cursor_error(cursor, error);
  }

  const uri_ptr uri;
  const std::chrono::milliseconds socket_timeout;
  std::mutex mutex;
  pool_ptr pool;                           // made under mutex, then used without
  std::atomic<bool> known_version{false};  // as one that can be used
  std::atomic<bool> stands_alone{false};   // as far as is known
  std::vector<bson_document> abandoned;    // ids of sessions; under mutex
  const write_concern_ptr acknowledged = acknowledged_by_majority();
};

mongodb_client::mongodb_client(const std::string& uri) {
  initialise_driver();
  impl_ = std::make_unique<impl>(parse_uri(uri));
  name_ = public_name(impl_->uri.get());
}

mongodb_client::~mongodb_client() = default;

std::chrono::milliseconds mongodb_client::longest_call() const noexcept {
  return impl_->socket_timeout;
}

result<bson_document> mongodb_client::write(const bson_document& command, std::string& why) {
  bson_document options;
  mongoc_write_concern_append(impl_->acknowledged.get(), options.out());
  bson_document reply;
  const auto done = impl_->with_client(why, [&](mongoc_client_t* client, bson_error_t* error) {
    if (!mongoc_client_write_command_with_opts(client, impl_->database(), command.get(), options.get(),
                                               reply.fresh(), error))
      return false;
    const auto unsure = bson_view{reply}.inner("writeConcernError");
    if (!unsure) return true;
    bson_set_error(error, MONGOC_ERROR_WRITE_CONCERN, 0, "%s", std::string{unsure->text("errmsg")}.c_str());
    return false;
  });
  if (!done) return done.error();
  return reply;
}

// What the server could not do now (another one writes to the same document, an election) it names a
// transient error. Whether a commit was done that got no reply is not known, and is the caller's to find out.
result<bson_document> mongodb_client::write_in_transaction(const bson_document& command, std::string& why) {
  if (impl_->stands_alone) return write(command, why);
  bson_document reply;
  const auto done = impl_->with_client(why, [&](mongoc_client_t* client, bson_error_t* error) {
    const session_ptr session{mongoc_client_start_session(client, nullptr, error)};
    if (!session) return false;
    const transaction_options_ptr transaction{mongoc_transaction_opts_new()};
    mongoc_transaction_opts_set_write_concern(transaction.get(), impl_->acknowledged.get());
    impl_->end_abandoned(client);
    for (int tries = 1;; ++tries) {
      if (impl_->run_transaction(client, session.get(), transaction.get(), command, reply, error))
        return true;
      const bool lost =
          error->domain == MONGOC_ERROR_STREAM || error->domain == MONGOC_ERROR_SERVER_SELECTION;
      if (lost) impl_->abandon(session.get());
      if (lost || tries == transaction_tries ||
          !mongoc_error_has_label(reply.get(), "TransientTransactionError"))
        return false;
      std::this_thread::sleep_for(transaction_pause * tries);
    }
  });
  if (!done && impl_->stands_alone) return write(command, why);
  if (!done) return done.error();
  return reply;
}

result<bson_document> mongodb_client::read(const bson_document& command, mongodb_read read,
                                           std::string& why) {
  const primary_read primary{read};
  bson_document reply;
  const auto done = impl_->with_client(why, [&](mongoc_client_t* client, bson_error_t* error) {
    return mongoc_client_read_command_with_opts(client, impl_->database(), command.get(),
                                                primary.preference.get(), primary.options.get(),
                                                reply.fresh(), error);
  });
  if (!done) return done.error();
  return reply;
}

result<void> mongodb_client::find(const char* collection, const bson_document& filter,
                                  const bson_document& options, mongodb_read read, const visitor& visit,
                                  std::string& why) {
  primary_read primary{read};
  const bool configured = read == mongodb_read::as_configured;
  bson_concat(primary.options.out(), options.get());
  bool alone = false;
  const auto found = impl_->with_client(why, [&](mongoc_client_t* client, bson_error_t* error) {
    const auto source = impl_->collection(client, collection);
    const cursor_ptr cursor{mongoc_collection_find_with_opts(
        source.get(), filter.get(), (configured ? options : primary.options).get(),
        configured ? nullptr : primary.preference.get())};
    const bool visited = impl::visit_all(cursor.get(), visit, error);
    alone = !visited && error->code == not_a_replica_set;
    return visited;
  });
  // A server that stands alone has one state only, and refuses to be asked for this one.
  if (alone && read == mongodb_read::linearizable)
    return find(collection, filter, options, mongodb_read::newest, visit, why);
  return found;
}

result<void> mongodb_client::aggregate(const char* collection, const bson_array& pipeline, mongodb_read read,
                                       const visitor& visit, std::string& why) {
  const primary_read primary{read};
  const bson_document stages{{"pipeline", pipeline}};
  return impl_->with_client(why, [&](mongoc_client_t* client, bson_error_t* error) {
    const auto source = impl_->collection(client, collection);
    const cursor_ptr cursor{mongoc_collection_aggregate(source.get(), MONGOC_QUERY_NONE, stages.get(),
                                                        primary.options.get(), primary.preference.get())};
    return impl::visit_all(cursor.get(), visit, error);
  });
}

result<void> mongodb_client::ping(std::string& why) {
  return impl_->with_client(why, [&](mongoc_client_t* client, bson_error_t* error) {
    const bson_document command{{"ping", 1}};
    return mongoc_client_command_simple(client, impl_->database(), command.get(), nullptr, nullptr, error);
  });
}

}  // namespace buttond
