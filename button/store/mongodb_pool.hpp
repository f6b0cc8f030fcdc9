#pragma once
// The driver's clients, and what every call through them has in common: the URI and its time-outs, the
// server's version, failures told apart. Only the sources of mongodb_client and of its parts include this
// header, and libmongoc with it.
//
// Thread-safe. The pool is made when it is first needed and, where that fails (an SRV name that cannot be
// resolved now), again by the next call. The first call that reaches the server also asks for its version.

#include "button/store/bson_document.hpp"
#include "button/store/mongodb_client.hpp"
#include "common/error.hpp"

#include <mongoc/mongoc.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace buttond {

template <auto Destroy>
struct driver_deleter {
  template <class T>
  void operator()(T* object) const noexcept {
    Destroy(object);
  }
};

template <class T, auto Destroy>
using driver_ptr = std::unique_ptr<T, driver_deleter<Destroy>>;

class mongodb_pool {
 public:
  /// Throws startup_error for a URI that cannot be used whatever happens.
  mongodb_pool(const std::string& uri, const std::optional<mongodb_patience>& patience);

  /// The hosts and the database, without user and password.
  std::string name() const;
  const char* database() const noexcept { return mongoc_uri_get_database(uri_.get()); }
  std::chrono::milliseconds socket_timeout() const noexcept { return socket_timeout_; }

  /// The write concern of all that is written: by a majority of the replica set, and journaled; and as an
  /// option of a command.
  const mongoc_write_concern_t* acknowledged() const noexcept { return acknowledged_.get(); }
  const bson_document& acknowledged_option() const noexcept { return acknowledged_option_; }

  /// Runs `work(client, error)`, which returns whether it succeeded.
  template <class Work>
  result<void> with_client(std::string& why, Work work) {
    const auto start = std::chrono::steady_clock::now();
    bson_error_t error{};
    const lease client{connect(error)};
    if (client.get() == nullptr) {
      why = error.message;
      return errc::store_unavailable;
    }
    if (!known_version_)
      if (const auto usable = check_version(client.get(), start, why); !usable) return usable;
    if (work(client.get(), &error)) return {};
    return failure(client.get(), error, start, why);
  }

 private:
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

  /// Nothing, and `error`, where the pool cannot be made.
  mongoc_client_pool_t* connect(bson_error_t& error);
  result<void> check_version(mongoc_client_t* client, std::chrono::steady_clock::time_point start,
                             std::string& why);
  error_code failure(const mongoc_client_t* client, const bson_error_t& error,
                     std::chrono::steady_clock::time_point start, std::string& why) const;
  /// Who logs in, and by which database.
  std::string user() const;

  const driver_ptr<mongoc_uri_t, mongoc_uri_destroy> uri_;
  const std::chrono::milliseconds socket_timeout_;
  const driver_ptr<mongoc_write_concern_t, mongoc_write_concern_destroy> acknowledged_;
  bson_document acknowledged_option_;
  std::mutex mutex_;
  driver_ptr<mongoc_client_pool_t, mongoc_client_pool_destroy> pool_;  // made under mutex_, then used without
  std::atomic<bool> known_version_{false};                             // as one that can be used
};

}  // namespace buttond
