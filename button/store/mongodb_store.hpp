#pragma once
// The store in MongoDB. It needs no transactions, so it holds on a sharded cluster too: every document knows
// which epoch of each node it has, and an update asks for that. README states the documents.
//
// Thread-safe. A call takes as long as the timeouts of the URI allow (see mongodb_client.cpp for those that
// hold where it says nothing); a failover needs nothing but the next call.

#include "button/store/failure_log.hpp"
#include "button/store/mongodb_client.hpp"
#include "button/store/store.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

class mongodb_store final : public store {
 public:
  /// Does not connect yet. Throws startup_error for a URI that cannot be used whatever happens.
  explicit mongodb_store(const std::string& uri);

  result<bring_report> bring(std::span<const batch> batches) override;
  result<fold_report> fold(fold_turn turn) override;
  result<void> for_each_refused(const std::function<void(const refused_item&)>& visit) override;
  result<std::int64_t> retry_refused(std::string_view id) override;
  result<std::vector<std::optional<tally>>> find(std::span<const std::string> keys) override;
  result<shares_recorded> record_shares(std::span<const share_report> reports) override;
  result<void> set(std::span<const stored_link> links) override;
  result<void> for_each(const std::function<void(const stored_link&)>& visit) override;
  result<void> ping() override;
  std::string_view kind() const noexcept override { return "mongodb"; }

 private:
  /// Makes update number n of a call.
  using update_maker = std::function<mongodb_update(std::size_t)>;

  /// What became of updates of which each is to be done once.
  struct once {
    std::int64_t done = 0;
    std::int64_t not_matched = 0;          // their documents exist and did not match: done before
    std::vector<std::size_t> in_question;  // the updates among which those are
  };

  /// Does `count` updates, from number `first` on, in two steps (see the source).
  result<once> update_once(const char* collection, std::size_t first, std::size_t count,
                           const update_maker& make, std::string& why);

  /// Applies a batch's deltas to one collection; `ids` are the documents', `make` makes their updates.
  result<void> apply_to(const char* collection, std::span<const std::string_view> ids,
                        const update_maker& make, const batch& b, std::string& why);

  result<void> apply(const batch& b);

  mongodb_client client_;
  failure_log log_;
  std::atomic<std::size_t> bulk_;  // updates in the next bulk of a batch: fewer after a time-out
};

}  // namespace buttond
