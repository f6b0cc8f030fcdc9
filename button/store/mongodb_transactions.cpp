#include "button/store/mongodb_transactions.hpp"

#include "button/store/mongodb_errors.hpp"

#include <chrono>
#include <iterator>
#include <thread>
#include <utility>

namespace buttond {
namespace {

constexpr std::uint32_t transaction_numbers_refused = 20;  // the server's code

constexpr int most_tries = 5;
constexpr std::chrono::milliseconds pause_between_tries{20};

}  // namespace

std::optional<result<void>> mongodb_transactions::run(const transaction_work& work, std::string& why) {
  if (stands_alone_) return std::nullopt;
  const auto done = pool_.with_client(
      why, [&](mongoc_client_t* client, bson_error_t* error) { return try_run(client, work, error); });
  if (!done && stands_alone_) return std::nullopt;
  return done;
}

// What the server could not do now (another one writes to the same document, an election) it names a
// transient error. Whether a commit was done that got no reply is not known, and is the caller's to find out.
bool mongodb_transactions::try_run(mongoc_client_t* client, const transaction_work& work,
                                   bson_error_t* error) {
  const driver_ptr<mongoc_client_session_t, mongoc_client_session_destroy> session{
      mongoc_client_start_session(client, nullptr, error)};
  if (!session) return false;
  end_abandoned(client);
  for (int tries = 1;; ++tries) {
    bson_document refusal;
    if (try_once(client, session.get(), work, refusal, error)) return true;
    const bool lost = error->domain == MONGOC_ERROR_STREAM || error->domain == MONGOC_ERROR_SERVER_SELECTION;
    if (lost) abandon(session.get());
    if (lost || tries == most_tries || !mongoc_error_has_label(refusal.get(), "TransientTransactionError"))
      return false;
    std::this_thread::sleep_for(pause_between_tries * tries);
  }
}

/// Fails also for what a command's reply says of a single document; the transaction is ended then. `refusal`
/// is the reply that told of the failure.
bool mongodb_transactions::try_once(mongoc_client_t* client, mongoc_client_session_t* session,
                                    const transaction_work& work, bson_document& refusal,
                                    bson_error_t* error) {
  const driver_ptr<mongoc_transaction_opt_t, mongoc_transaction_opts_destroy> options{
      mongoc_transaction_opts_new()};
  mongoc_transaction_opts_set_write_concern(options.get(), pool_.acknowledged());
  bson_document in_session;
  if (!mongoc_client_session_start_transaction(session, options.get(), error) ||
      !mongoc_client_session_append(session, in_session.out(), error))
    return false;
  const auto command = [&](const bson_document& given, bson_document& reply) {
    bool done = mongoc_client_write_command_with_opts(client, pool_.database(), given.get(), in_session.get(),
                                                      reply.fresh(), error);
    if (!done && error->code == transaction_numbers_refused) stands_alone_ = true;
    if (const auto errors = done ? write_errors(reply) : std::vector<mongodb_write_error>{};
        !errors.empty()) {
      bson_set_error(error, MONGOC_ERROR_SERVER, errors.front().code, "%s", errors.front().message.c_str());
      done = false;
    }
    if (!done) bson_concat(refusal.fresh(), reply.get());
    return done;
  };
  if (!work(command)) {
    mongoc_client_session_abort_transaction(session, nullptr);
    return false;
  }
  bson_document committed;
  if (mongoc_client_session_commit_transaction(session, committed.fresh(), error)) return true;
  bson_concat(refusal.fresh(), committed.get());
  return false;
}

/// Remembers a session that lost its server: its transaction may be open there, and lock what it wrote. The
/// driver uses it no more.
void mongodb_transactions::abandon(const mongoc_client_session_t* session) {
  const std::lock_guard lock{mutex_};
  abandoned_.emplace_back(bson_view{mongoc_client_session_get_lsid(session)});
}

/// Has the server end them. One that will not does it by itself in a minute.
void mongodb_transactions::end_abandoned(mongoc_client_t* client) {
  std::vector<bson_document> sessions;
  {
    const std::lock_guard lock{mutex_};
    sessions.swap(abandoned_);
  }
  if (sessions.empty()) return;
  bson_array ids;
  for (const auto& session : sessions) ids.add(session);
  const bson_document command{{"killSessions", ids}};
  bson_error_t error;
  if (mongoc_client_command_simple(client, "admin", command.get(), nullptr, nullptr, &error) ||
      error.domain == MONGOC_ERROR_SERVER)
    return;
  const std::lock_guard lock{mutex_};
  std::move(sessions.begin(), sessions.end(), std::back_inserter(abandoned_));
}

}  // namespace buttond
