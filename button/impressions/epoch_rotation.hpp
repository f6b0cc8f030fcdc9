#pragma once
// One loop's part in the end of an epoch: the journal's thread posts a task to the loop and waits for what it
// hands back. A task may come late, or never (its loop is gone or hangs): the wait is bounded, and a task
// that comes after it does nothing, so that sheets are handed over once or not at all.

#include "button/impressions/impression_counter.hpp"
#include "common/clock.hpp"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

namespace buttond {

class epoch_rotation {
 public:
  using rotate_loop = std::function<void(sheet_list& supply, sheet_list& closed)>;

  epoch_rotation(rotate_loop rotate, sheet_list supply)
      : shared_(std::make_shared<state>(std::move(rotate), std::move(supply))) {}

  /// To be run on the loop's thread.
  std::function<void()> task() const {
    // The last copy of the task to be destroyed says that nobody will run it.
    return [guard = std::shared_ptr<state>(shared_.get(), [shared = shared_](state*) { shared->finish(); })] {
      guard->run();
    };
  }

  /// Waits until the task ran or cannot run any more, or until `deadline`, on the steady clock; then appends
  /// what the loop closed, and puts the sheets that it did not need into `supply`.
  void wait(monotonic_time deadline, sheet_list& supply, sheet_list& closed) {
    std::unique_lock lock(shared_->mutex);
    shared_->changed.wait_until(lock, deadline, [this] { return shared_->over; });
    shared_->over = true;
    supply = std::move(shared_->supply);
    for (auto& each : shared_->closed) closed.push_back(std::move(each));
  }

 private:
  struct state {
    state(rotate_loop call, sheet_list sheets) : rotate(std::move(call)), supply(std::move(sheets)) {}

    void run() {
      const std::lock_guard lock(mutex);
      if (over) return;
      rotate(supply, closed);
      over = true;
      changed.notify_all();
    }

    void finish() {
      const std::lock_guard lock(mutex);
      over = true;
      changed.notify_all();
    }

    std::mutex mutex;
    std::condition_variable changed;
    bool over = false;
    rotate_loop rotate;
    sheet_list supply;
    sheet_list closed;
  };

  std::shared_ptr<state> shared_;
};

}  // namespace buttond
