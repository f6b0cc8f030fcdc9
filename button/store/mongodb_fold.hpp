#pragma once
// The fold: batches that wait in MongoDB are added to `links` and `site_days`, exactly once, by any number of
// nodes at once, each of which may be stopped for good or for a while between any two steps:
//
//   1. read `fold`, choose from the batches that wait and sum them up, delete what was folded before and came
//      again;
//   2. decide, by one update of `fold`, the number of the fold and the batches that it takes;
//   3. add them: a document is changed only where its `folded` is below the number; what is added to a link
//   that
//      has moved is moved on at once;
//   4. delete these batches, only after 3 succeeded whole;
//   5. say that the fold is done: only then can another one be decided.
//
// Whoever comes next goes on at 3 with what was decided. Owned by mongodb_store; thread-safe.

#include "button/store/fold_addition.hpp"
#include "button/store/fold_document.hpp"
#include "button/store/fold_pace.hpp"
#include "button/store/fold_sums.hpp"
#include "button/store/mongodb_client.hpp"
#include "button/store/mongodb_moves.hpp"
#include "button/store/mongodb_refused.hpp"
#include "button/store/store.hpp"
#include "button/store/waiting_batches.hpp"

#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

/// What a fold has just done when the test's hook is called.
enum class fold_step : std::uint8_t { read, chosen, decided, links_added, days_added, deleted, finished };

class mongodb_fold {
 public:
  /// Called after each step; an error ends the call as if its process had died there.
  using step_hook = std::function<result<void>(fold_step)>;

  mongodb_fold(mongodb_client& client, mongodb_refused& refused, mongodb_moves& moves, step_hook hook = {});

  /// As store::fold.
  result<fold_report> fold(const std::atomic<fold_turn>& turn, std::string& why);

  /// As store::retry_refused.
  result<std::int64_t> retry_refused(std::string_view id, std::string& why);

 private:
  result<void> after(fold_step step, std::string& why) const;

  result<void> move_forked(fold_choice& choice, std::string& why);
  result<void> clear(fold_choice& choice, std::string& why);

  /// What a call has found before it decides anything.
  struct findings {
    std::optional<fold_state> state;
    std::vector<waiting_node> waiting;
    std::vector<std::string> retry;  // what was refused, where it is to be tried again now
  };
  result<findings> look(std::string& why);

  /// A fold that is decided, with what it adds.
  struct decided_fold {
    fold_state state;
    fold_sums sums;
  };
  /// One that another folder decided, or this one before it was cut off.
  result<std::optional<decided_fold>> resume(fold_state state, fold_report& report, std::string& why);
  /// Steps 1 and 2. Nothing: there is nothing to do, or another one was quicker.
  result<std::optional<decided_fold>> decide(const fold_state& before, const findings& found,
                                             fold_report& report, std::string& why);
  result<std::optional<decided_fold>> decide_retry(const fold_state& before, std::vector<std::string> ids,
                                                   fold_report& report, std::string& why);
  /// Step 3, and whether it is done; steps 4 and 5; all of them, or as far as `pace` lets them go.
  result<bool> add(const decided_fold& fold, fold_pace& pace, fold_report& report, std::string& why);
  result<void> close(const fold_state& decided, fold_pace& pace, std::string& why);
  result<void> carry_out(const decided_fold& fold, fold_pace& pace, fold_report& report, std::string& why);

  mongodb_client& client_;
  mongodb_refused& refused_;
  fold_document document_;
  waiting_batches waiting_;
  fold_addition addition_;
  const step_hook hook_;
};

}  // namespace buttond
