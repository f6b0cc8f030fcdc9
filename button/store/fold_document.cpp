#include "button/store/fold_document.hpp"

#include "button/store/mongodb_writes.hpp"

#include <fmt/format.h>
#include <sodium.h>

namespace buttond {
namespace {

constexpr auto collection = "fold";
constexpr auto its_id = "fold";

constexpr auto mark_time = std::chrono::days{400};

std::string random_name() {
  unsigned char bytes[8];
  randombytes_buf(bytes, sizeof bytes);
  char text[2 * sizeof bytes + 1];
  return sodium_bin2hex(text, sizeof text, bytes, sizeof bytes);
}

bson_document since_now(std::chrono::milliseconds time) {
  return {{"$add", bson_array{"$$NOW", time.count()}}};
}

/// A lease that is over, or that no buttond can have written.
bson_document lease_is_free() {
  const bson_document no_date{{"$ne", bson_array{bson_document{{"$type", "$lease.until"}}, "date"}}};
  const bson_document over{{"$lt", bson_array{"$lease.until", "$$NOW"}}};
  const bson_document too_long{{"$gt", bson_array{"$lease.until", since_now(lease_time)}}};
  return {{"$expr", bson_document{{"$or", bson_array{no_date, over, too_long}}}}};
}

result<std::optional<fold_state>> parse(bson_view document, wall_time now, std::string& why) {
  fold_state state;
  const auto take = document.inner("take");
  const auto marks = document.inner("marks");
  state.n = document.number("n");
  if (state.n <= 0 || !take || !marks) {
    why =
        "another program changed the document in `fold`; drop that collection while no buttond runs, and set "
        "the marks of the nodes as the log asks for";
    return errc::store_refused;
  }
  for (const auto id : document.texts("take")) state.take.emplace_back(id);
  state.source = document.text("source") == "refused" ? fold_source::refused : fold_source::batches;
  state.retried = document.date("retried");
  state.now = now;
  marks->for_each([&](std::string_view node, bson_view mark) {
    state.marks.emplace(node, batch_mark{mark.number("number"), std::string{mark.text("sum")}});
    if (mark.date("at").value_or(now) < now - mark_time) state.expired.emplace_back(node);
  });
  return std::optional{std::move(state)};
}

std::string mark_field(std::string_view node) {
  return fmt::format("marks.{}", node);
}

}  // namespace

const char* name_of(fold_source source) noexcept {
  return source == fold_source::refused ? "refused" : batches_collection;
}

fold_document::fold_document(mongodb_client& client) : client_(client), holder_(random_name()) {}

result<std::optional<fold_state>> fold_document::read(std::string& why) {
  result<std::optional<fold_state>> state{std::optional<fold_state>{}};
  // The time is the database's, as with a lease: what is due for all nodes is no matter of one's clock.
  const bson_document fields{{"n", 1},       {"take", 1},  {"source", 1},
                             {"retried", 1}, {"marks", 1}, {"now", "$$NOW"}};
  const auto found = client_.find(
      collection, {{"_id", its_id}}, {{"projection", fields}}, mongodb_read::committed,
      [&](bson_view document) { state = parse(document, document.date("now").value(), why); }, why);
  if (!found) return found.error();
  return state;
}

// The number begins at the time, so that whoever drops the collection, or the other ones, gets numbers above
// those that are in the documents' `folded`.
result<void> fold_document::create(std::string& why) {
  const bson_document fresh{
      {"n", bson_document{{"$ifNull", bson_array{"$n", bson_document{{"$toLong", "$$NOW"}}}}}},
      {"take", bson_document{{"$ifNull", bson_array{"$take", bson_array{}}}}},
      {"source", bson_document{{"$ifNull", bson_array{"$source", "batches"}}}},
      {"retried", bson_document{{"$ifNull", bson_array{"$retried", "$$NOW"}}}},
      {"marks",
       bson_document{{"$ifNull", bson_array{"$marks", bson_document{{"$literal", bson_document{}}}}}}}};
  const bson_document update{{"q", bson_document{{"_id", its_id}}},
                             {"u", bson_array{bson_document{{"$set", fresh}}}},
                             {"upsert", true}};
  const auto created = client_.write({{"update", collection}, {"updates", bson_array{update}}}, why);
  if (!created) return created.error();
  return {};  // a duplicate key: another one made it in this moment
}

result<std::optional<fold_state>> fold_document::take_lease(fold_turn turn, std::string& why) {
  auto state = read_leased(turn, why);
  if (!state || *state) return state;
  const auto there = read(why);
  if (!there || *there) return there ? result<std::optional<fold_state>>{std::optional<fold_state>{}} : there;
  if (const auto created = create(why); !created) return created.error();
  return read_leased(turn, why);
}

result<std::optional<fold_state>> fold_document::read_leased(fold_turn turn, std::string& why) {
  bson_document query{{"_id", its_id}};
  const bson_document mine{{"lease.holder", holder_}};
  if (turn == fold_turn::in_turn) query.add({"$or", bson_array{mine, lease_is_free()}});
  const bson_document lease{{"holder", holder_}, {"until", since_now(lease_time)}};
  const auto reply =
      client_.write({{"findAndModify", collection},
                     {"query", query},
                     {"update", bson_array{bson_document{{"$set", bson_document{{"lease", lease}}}}}},
                     {"new", true}},
                    why);
  if (!reply) return reply.error();
  const auto document = bson_view{*reply}.inner("value");
  if (!document) return std::optional<fold_state>{};
  const auto until = document->inner("lease")->date("until");
  return parse(*document, *until - lease_time, why);
}

result<bool> fold_document::renew_lease(std::string& why) {
  const bson_document as_ours{{"_id", its_id}, {"lease.holder", holder_}};
  const bson_document later{{"$set", bson_document{{"lease.until", since_now(lease_time)}}}};
  const bson_document one{{"q", as_ours}, {"u", bson_array{later}}};
  const auto reply = client_.write({{"update", collection}, {"updates", bson_array{one}}}, why);
  if (!reply) return {boost::system::in_place_error, reply.error()};
  return bson_view{*reply}.number("n") == 1;
}

result<std::optional<fold_state>> fold_document::decide(const fold_state& before,
                                                        const fold_decision& decision, std::string& why) {
  auto after = before;
  after.n = before.n + 1;
  after.take = decision.take;
  after.source = decision.source;
  const bool retry = decision.source == fold_source::refused;
  bson_document set{{"n", after.n}, {"take", decision.take}, {"source", name_of(decision.source)}};
  if (retry) set.add({"retried", before.now});
  for (const auto& [node, mark] : decision.marks) {
    after.marks[node] = mark;
    set.add(
        {mark_field(node), bson_document{{"number", mark.number}, {"sum", mark.sum}, {"at", before.now}}});
  }
  bson_document update{{"$set", set}};
  bson_document unset;
  for (const auto& node : decision.forget) unset.add({mark_field(node), ""});
  if (!decision.forget.empty()) update.add({"$unset", unset});

  const bson_document as_read{{"_id", its_id}, {"n", before.n}, {"take", bson_array{}}};
  const bson_document one{{"q", as_read}, {"u", update}};
  const auto reply = write_whole(client_, {{"update", collection}, {"updates", bson_array{one}}}, why);
  if (!reply) return reply.error();
  if (bson_view{*reply}.number("n") != 1) return std::optional<fold_state>{};
  return std::optional{std::move(after)};
}

result<void> fold_document::finish(const fold_state& done, std::string& why) {
  const bson_document as_decided{{"_id", its_id}, {"n", done.n}, {"take", done.take}};
  const bson_document nothing{{"$set", bson_document{{"take", bson_array{}}}}};
  const bson_document one{{"q", as_decided}, {"u", nothing}};
  const auto reply = client_.write({{"update", collection}, {"updates", bson_array{one}}}, why);
  if (!reply) return reply.error();
  return {};
}

}  // namespace buttond
