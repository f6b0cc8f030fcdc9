#include "button/store/mongodb_client.hpp"

#include "button/store/mongodb_pool.hpp"
#include "button/store/mongodb_transactions.hpp"

#include <algorithm>
#include <utility>

namespace buttond {
namespace {

using collection_ptr = driver_ptr<mongoc_collection_t, mongoc_collection_destroy>;
using preference_ptr = driver_ptr<mongoc_read_prefs_t, mongoc_read_prefs_destroy>;
using cursor_ptr = driver_ptr<mongoc_cursor_t, mongoc_cursor_destroy>;

// The server's codes.
constexpr std::uint32_t time_is_over = 50;
constexpr std::uint32_t not_a_replica_set = 123;

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

/// For what decides something: the URI's read preference is for counts only.
struct primary_read {
  explicit primary_read(mongodb_read read) {
    options.add({"readConcern", bson_document{{"level", concern_of(read)}}});
  }

  const preference_ptr preference{mongoc_read_prefs_new(MONGOC_READ_PRIMARY)};
  bson_document options;
};

/// Many documents come in many replies, each of which the server may take its time for.
bool visit_all(mongoc_cursor_t* cursor, std::chrono::steady_clock::time_point deadline,
               const mongodb_client::visitor& visit, bson_error_t* error) {
  const bool endless = deadline == std::chrono::steady_clock::time_point::max();
  const bson_t* document = nullptr;
  while (mongoc_cursor_next(cursor, &document)) {
    if (!endless && std::chrono::steady_clock::now() >= deadline) {
      bson_set_error(error, MONGOC_ERROR_SERVER, time_is_over, "the documents did not come in time");
      return false;
    }
    visit(bson_view{document});
  }
  return !mongoc_cursor_error(cursor, error);
}

}  // namespace

struct mongodb_client::impl {
  impl(const std::string& uri, const std::optional<mongodb_patience>& patience) : pool(uri, patience) {}

  collection_ptr collection(mongoc_client_t* client, const char* name) const {
    return collection_ptr{mongoc_client_get_collection(client, pool.database(), name)};
  }

  mongodb_pool pool;
  mongodb_transactions transactions{pool};
};

mongodb_client::mongodb_client(const std::string& uri, std::optional<mongodb_patience> patience)
    : impl_(std::make_unique<impl>(uri, patience)), name_(impl_->pool.name()), patience_(patience) {}

mongodb_client::~mongodb_client() = default;

std::chrono::milliseconds mongodb_client::longest_call() const noexcept {
  return impl_->pool.socket_timeout();
}

bson_document mongodb_client::limited(const bson_document& options) const {
  bson_document copy{bson_view{options}};
  if (patience_ && !bson_view{options}.has("maxTimeMS"))
    copy.add({"maxTimeMS", std::max<std::int64_t>(patience_->of_read.count(), 1)});  // 0: for ever
  return copy;
}

std::chrono::steady_clock::time_point mongodb_client::reading_ends() const {
  if (!patience_) return std::chrono::steady_clock::time_point::max();
  return std::chrono::steady_clock::now() + patience_->of_read;
}

result<bson_document> mongodb_client::write(const bson_document& command, std::string& why) {
  bson_document reply;
  const auto done = impl_->pool.with_client(why, [&](mongoc_client_t* client, bson_error_t* error) {
    if (!mongoc_client_write_command_with_opts(client, impl_->pool.database(), command.get(),
                                               impl_->pool.acknowledged_option().get(), reply.fresh(), error))
      return false;
    const auto unsure = bson_view{reply}.inner("writeConcernError");
    if (!unsure) return true;
    bson_set_error(error, MONGOC_ERROR_WRITE_CONCERN, 0, "%s", std::string{unsure->text("errmsg")}.c_str());
    return false;
  });
  if (!done) return done.error();
  return reply;
}

result<bson_document> mongodb_client::write_in_transaction(const bson_document& command, std::string& why) {
  bson_document reply;
  const auto done =
      impl_->transactions.run([&](const transaction_command& run) { return run(command, reply); }, why);
  if (!done) return write(command, why);
  if (!*done) return done->error();
  return reply;
}

result<void> mongodb_client::transact(const transaction_work& work, std::string& why) {
  const auto done = impl_->transactions.run(work, why);
  if (done) return *done;
  const error_code alone = errc::store_alone;
  why = alone.message();
  return alone;
}

result<bson_document> mongodb_client::read(const bson_document& command, mongodb_read read,
                                           std::string& why) {
  const primary_read primary{read};
  bson_document reply;
  const auto done = impl_->pool.with_client(why, [&](mongoc_client_t* client, bson_error_t* error) {
    return mongoc_client_read_command_with_opts(client, impl_->pool.database(), command.get(),
                                                primary.preference.get(), primary.options.get(),
                                                reply.fresh(), error);
  });
  if (!done) return done.error();
  return reply;
}

result<void> mongodb_client::find(const char* collection, const bson_document& filter,
                                  const bson_document& options, mongodb_read read, const visitor& visit,
                                  std::string& why) {
  const primary_read primary{read};
  const bool configured = read == mongodb_read::as_configured;
  auto asked = limited(options);
  if (!configured) bson_concat(asked.out(), primary.options.get());
  const auto deadline = reading_ends();
  bool alone = false;
  const auto found = impl_->pool.with_client(why, [&](mongoc_client_t* client, bson_error_t* error) {
    const auto source = impl_->collection(client, collection);
    const cursor_ptr cursor{mongoc_collection_find_with_opts(
        source.get(), filter.get(), asked.get(), configured ? nullptr : primary.preference.get())};
    const bool visited = visit_all(cursor.get(), deadline, visit, error);
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
  const bool configured = read == mongodb_read::as_configured;
  const bson_document stages{{"pipeline", pipeline}};
  const auto asked = limited(configured ? bson_document{} : bson_document{bson_view{primary.options}});
  const auto deadline = reading_ends();
  return impl_->pool.with_client(why, [&](mongoc_client_t* client, bson_error_t* error) {
    const auto source = impl_->collection(client, collection);
    const cursor_ptr cursor{mongoc_collection_aggregate(source.get(), MONGOC_QUERY_NONE, stages.get(),
                                                        asked.get(),
                                                        configured ? nullptr : primary.preference.get())};
    return visit_all(cursor.get(), deadline, visit, error);
  });
}

}  // namespace buttond
