#include "button/impressions/batch_claim.hpp"

#include "button/impressions/node_journal.hpp"

namespace buttond {

batch_claim::batch_claim(std::shared_ptr<node_journal> from, file_number file,
                         std::unique_ptr<loaded_deltas> content, std::vector<batch> batches)
    : from_(std::move(from)), file_(file), content_(std::move(content)), batches_(std::move(batches)) {}

batch_claim::~batch_claim() {
  if (from_ != nullptr) from_->give_back(file_);
}

void batch_claim::acknowledge(std::size_t count) {
  event_totals totals;
  for (const auto& each : batches().first(count)) totals += totals_of(each.links);
  acknowledged_ += count;
  if (from_->acknowledge(file_, count, totals)) from_ = nullptr;
}

void batch_claim::name_is_taken() noexcept {
  from_->take_name_away();
}

}  // namespace buttond
