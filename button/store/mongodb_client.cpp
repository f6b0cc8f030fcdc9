#include "button/store/mongodb_client.hpp"

#include "button/store/mongodb_pool.hpp"
#include "button/store/mongodb_transactions.hpp"

#include <utility>

namespace buttond {
namespace {

using collection_ptr = driver_ptr<mongoc_collection_t, mongoc_collection_destroy>;
using preference_ptr = driver_ptr<mongoc_read_prefs_t, mongoc_read_prefs_destroy>;
using cursor_ptr = driver_ptr<mongoc_cursor_t, mongoc_cursor_destroy>;

constexpr std::uint32_t not_a_replica_set = 123;  // the server's code

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

bool visit_all(mongoc_cursor_t* cursor, const mongodb_client::visitor& visit, bson_error_t* error) {
  const bson_t* document = nullptr;
  while (mongoc_cursor_next(cursor, &document)) visit(bson_view{document});
  return !mongoc_cursor_error(cursor, error);
}

}  // namespace

struct mongodb_client::impl {
  explicit impl(const std::string& uri) : pool(uri) {}

  collection_ptr collection(mongoc_client_t* client, const char* name) const {
    return collection_ptr{mongoc_client_get_collection(client, pool.database(), name)};
  }

  mongodb_pool pool;
  mongodb_transactions transactions{pool};
};

mongodb_client::mongodb_client(const std::string& uri)
    : impl_(std::make_unique<impl>(uri)), name_(impl_->pool.name()) {}

mongodb_client::~mongodb_client() = default;

std::chrono::milliseconds mongodb_client::longest_call() const noexcept {
  return impl_->pool.socket_timeout();
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
  primary_read primary{read};
  const bool configured = read == mongodb_read::as_configured;
  bson_concat(primary.options.out(), options.get());
  bool alone = false;
  const auto found = impl_->pool.with_client(why, [&](mongoc_client_t* client, bson_error_t* error) {
    const auto source = impl_->collection(client, collection);
    const cursor_ptr cursor{mongoc_collection_find_with_opts(
        source.get(), filter.get(), (configured ? options : primary.options).get(),
        configured ? nullptr : primary.preference.get())};
    const bool visited = visit_all(cursor.get(), visit, error);
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
  return impl_->pool.with_client(why, [&](mongoc_client_t* client, bson_error_t* error) {
    const auto source = impl_->collection(client, collection);
    const cursor_ptr cursor{mongoc_collection_aggregate(source.get(), MONGOC_QUERY_NONE, stages.get(),
                                                        primary.options.get(), primary.preference.get())};
    return visit_all(cursor.get(), visit, error);
  });
}

}  // namespace buttond
