#pragma once
// The batches of one deltas file, taken from the journal to be brought to the store. The flusher's thread
// owns it; what it did not acknowledge goes back to the journal with its end, and comes again under the same
// numbers.

#include "button/impressions/deltas_file.hpp"
#include "button/impressions/per_kind.hpp"
#include "button/store/store.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace buttond {

class node_journal;

class batch_claim {
 public:
  batch_claim(std::shared_ptr<node_journal> from, file_number file, std::unique_ptr<loaded_deltas> content,
              std::vector<batch> batches);
  batch_claim(batch_claim&&) noexcept = default;
  batch_claim& operator=(batch_claim&&) = delete;
  ~batch_claim();

  /// Those that are not acknowledged, in their order; never empty while there are any. They point into the
  /// claim.
  std::span<const batch> batches() const noexcept { return std::span(batches_).subspan(acknowledged_); }

  /// The store has the first `count` of them.
  void acknowledge(std::size_t count);

  /// Another process goes on under their node's name: the journal takes a new one for what it counts from now
  /// on.
  void name_is_taken() noexcept;

 private:
  std::shared_ptr<node_journal> from_;  // null once all are acknowledged
  file_number file_;
  std::unique_ptr<loaded_deltas> content_;
  std::vector<batch> batches_;
  std::size_t acknowledged_ = 0;
};

}  // namespace buttond
