#include "button/store/mongodb_bring.hpp"

#include "button/store/batch_document.hpp"
#include "button/store/batch_parts.hpp"
#include "button/store/mongodb_errors.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace buttond {
namespace {

constexpr std::size_t most_tries = 100;
constexpr std::int64_t mark_read_ms = 5'000;

/// One call of bring().
class bringing {
 public:
  bringing(mongodb_client& client, mongodb_refused& refused, insert_size& size, const batch_run& run,
           std::string& why)
      : client_(client),
        refused_(refused),
        size_(size),
        run_(run),
        batches_(run.batches),
        why_(why),
        aside_(batches_.size()) {}

  result<bring_report> run() {
    std::size_t done = 0;
    for (std::size_t tries = 0; done < batches_.size(); ++tries) {
      if (tries == most_tries + batches_.size()) {
        why_ = "a batch comes and goes in `batches`: which other program writes there?";
        return errc::store_timeout;
      }
      const auto inserted = insert_from(done);
      if (!inserted) return inserted.error();
      done = *inserted;
    }
    if (const auto held = hold_against_mark(); !held) return held.error();
    size_.succeeded();
    return report_;
  }

 private:
  /// Inserts batches from number `first` on. Returns up to where it came: from there it is to go on.
  result<std::size_t> insert_from(std::size_t first) {
    const auto some = batches_.subspan(first, std::min(size_.now(), batches_.size() - first));
    bson_array documents;
    for (const auto& b : some) documents.add(batch_document(b));
    const auto reply =
        client_.write({{"insert", batches_collection}, {"ordered", true}, {"documents", documents}}, why_);
    if (!reply) {
      if (reply.error() == errc::store_timeout) size_.timed_out();
      return reply.error();
    }
    const auto errors = write_errors(*reply);
    if (errors.empty()) return first + some.size();
    const auto& error = errors.front();
    why_ = error.message;
    if (!error.duplicate) return error.error;
    return judge_duplicate(first + error.index);
  }

  /// A batch with the number of `at` is there already.
  result<std::size_t> judge_duplicate(std::size_t at) {
    const auto& b = batches_[at];
    std::optional<waiting_batch> there;
    const auto read = client_.find(
        batches_collection, {{"_id", batch_document_id(b.node, b.number)}},
        {{"projection", waiting_projection()}}, mongodb_read::newest,
        [&](bson_view document) { there = read_waiting(document); }, why_);
    if (!read) return read.error();
    if (!there) return at;  // folded in this moment: once more, as a late duplicate
    if (b.unread || there->unread || !differ(b.sum, there->sum)) return at + 1;
    const auto count = chained(batches_.subspan(at));
    if (const auto done = set_aside(at, count); !done) return done.error();
    return at + count;
  }

  /// What a fold moved on before the insertions is seen here, since it cannot be older than they are: a batch
  /// at or below the mark would be thrown away as a late duplicate.
  result<void> hold_against_mark() {
    const auto& first = batches_.front();
    batch_mark mark;
    const auto field = fmt::format("marks.{}", first.node);
    const auto read = client_.find(
        "fold", {{"_id", "fold"}}, {{"projection", bson_document{{field, 1}}}, {"maxTimeMS", mark_read_ms}},
        mongodb_read::linearizable,
        [&](bson_view document) {
          const auto marks = document.inner("marks");
          const auto found = marks ? marks->inner(std::string{first.node}.c_str()) : std::nullopt;
          if (found) mark = {found->number("number"), std::string{found->text("sum")}};
        },
        why_);
    if (!read) return read;
    auto taken = taken_by_another(run_, mark);
    if (taken == 0 && mark.number < first.after.number && !first.after.sum.empty()) {
      const auto forked = refused_.has_batch(first.node, first.after, why_);
      if (!forked) return forked.error();
      if (*forked) taken = chained(batches_);
    }
    return taken == 0 ? result<void>{} : set_aside(0, taken);
  }

  result<void> set_aside(std::size_t first, std::size_t count) {
    report_.name_taken = true;
    std::vector<batch> aside;
    for (auto i = first; i < first + count; ++i) {
      if (batches_[i].unread || aside_[i]) continue;
      aside.push_back(batches_[i]);
      aside_[i] = true;
    }
    if (aside.empty()) return {};
    if (const auto kept = refused_.set_aside(aside, why_); !kept) return kept;
    if (const auto removed = remove(aside); !removed) return removed;
    tally counts;
    for (const auto& b : aside) counts += total_of(b);
    report_.set_aside += counts;
    report_.set_aside_batches += static_cast<std::int64_t>(aside.size());
    spdlog::error(
        "store {}: another process goes on under the name of node {}, or went on after this data directory "
        "was copied; {} batches with {} impressions, {} clicks are set aside, not counted: `buttond "
        "refused` lists them. Give each process a data directory of its own",
        client_.name(), aside.front().node, aside.size(), counts.impressions, counts.clicks);
    return {};
  }

  /// Their sums name them: the other process's batches stay.
  result<void> remove(std::span<const batch> aside) {
    std::vector<std::string> ids;
    std::vector<std::string> sums;
    for (const auto& b : aside) {
      ids.push_back(batch_document_id(b.node, b.number));
      sums.push_back(b.sum);
    }
    const bson_document these{{"_id", bson_document{{"$in", ids}}}, {"sum", bson_document{{"$in", sums}}}};
    const bson_document one{{"q", these}, {"limit", 0}};
    const auto removed = client_.write({{"delete", batches_collection}, {"deletes", bson_array{one}}}, why_);
    if (!removed) return removed.error();
    return {};
  }

  mongodb_client& client_;
  mongodb_refused& refused_;
  insert_size& size_;
  const batch_run run_;
  const std::span<const batch> batches_;
  std::string& why_;
  bring_report report_;
  std::vector<bool> aside_;
};

}  // namespace

std::size_t chained(std::span<const batch> batches) noexcept {
  std::size_t run = 1;
  while (run < batches.size() && !batches[run].after.sum.empty() && !batches[run - 1].unread) ++run;
  return run;
}

// Who brings again what was counted long ago (an import of the same file, a copy of a dead node's directory)
// comes upon a mark that is ahead. An import's name is made of its content, so it is the same one; of a node
// the sums tell, where it has the batch that the mark names.
std::size_t taken_by_another(const batch_run& run, const batch_mark& mark) noexcept {
  const auto& batches = run.batches;
  const auto& first = batches.front();
  if (mark.number > batches.back().number) {
    if (!first.day) return 0;
    const auto ahead = static_cast<std::size_t>(mark.number - batches.back().number);
    const bool proved = ahead <= run.later.size() && !differ(run.later[ahead - 1].sum, mark.sum);
    return proved ? 0 : batches.size();
  }
  if (mark.number < first.number) {
    const bool forked = mark.number == first.after.number && differ(first.after.sum, mark.sum);
    return forked ? chained(batches) : 0;
  }
  const auto at = static_cast<std::size_t>(mark.number - first.number);
  const auto& same = batches[at];
  if (same.unread || !differ(same.sum, mark.sum)) return 0;
  return at + chained(batches.subspan(at));
}

result<bring_report> bring_batches(mongodb_client& client, mongodb_refused& refused, insert_size& size,
                                   const batch_run& run, std::string& why) {
  return bringing{client, refused, size, run, why}.run();
}

}  // namespace buttond
