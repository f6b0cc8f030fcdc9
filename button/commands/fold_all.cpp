#include "button/commands/fold_all.hpp"

#include <chrono>
#include <thread>

namespace buttond {
namespace {

/// A call that folds nothing though batches wait has lost a race, or they cannot be folded: after so many it
/// is the latter.
constexpr int vain_calls = 3;
constexpr std::chrono::milliseconds between_vain_calls{100};

/// Each of which may find that another one is at it, and finish that.
constexpr int most_calls = 10;

}  // namespace

result<std::int64_t> fold_all(store& in) {
  for (int vain = 0;;) {
    const auto report = in.fold(fold_turn::at_once);
    if (!report) return report.error();
    if (report->waiting == 0) return std::int64_t{0};
    if (report->batches > 0) {
      vain = 0;
      continue;
    }
    if (++vain == vain_calls) return report->waiting;
    std::this_thread::sleep_for(between_vain_calls);
  }
}

void fold_waiting(store& in) {
  for (int calls = 0; calls < most_calls; ++calls) {
    const auto report = in.fold(fold_turn::at_once);
    if (!report || !report->more || report->batches == 0) return;
  }
}

}  // namespace buttond
