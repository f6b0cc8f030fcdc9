#pragma once
// The store in MongoDB. A batch is brought as one document, and those that wait are added to the links by a
// fold (mongodb_fold). README states the documents.
//
// Thread-safe. A call takes as long as the timeouts of the URI allow (see mongodb_client.cpp for those that
// hold where it says nothing); a failover needs nothing but the next call.

#include "button/store/failure_log.hpp"
#include "button/store/mongodb_bring.hpp"
#include "button/store/mongodb_client.hpp"
#include "button/store/mongodb_fold.hpp"
#include "button/store/mongodb_moves.hpp"
#include "button/store/mongodb_refused.hpp"
#include "button/store/store.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buttond {

class mongodb_store final : public store {
 public:
  /// Does not connect yet. Throws startup_error for a URI that cannot be used whatever happens.
  explicit mongodb_store(const std::string& uri, mongodb_fold::step_hook hook = {});

  result<bring_report> bring(std::span<const batch> batches, std::span<const batch> later) override;
  result<fold_report> fold(const std::atomic<fold_turn>& turn) override;
  result<void> for_each_refused(const std::function<void(const refused_item&)>& visit) override;
  result<std::int64_t> retry_refused(std::string_view id) override;
  result<std::vector<std::optional<tally>>> find(std::span<const std::string> keys) override;
  result<shares_recorded> record_shares(std::span<const share_report> reports) override;
  result<std::string> share_key(std::string_view proposed) override;
  result<void> set(std::span<const stored_link> links) override;
  result<std::vector<link_moved>> move(std::span<const link_move> moves, move_mode mode) override;
  result<void> for_each(const std::function<void(const stored_link&)>& visit) override;
  using store::ping;
  result<void> ping(std::string& why) override;
  result<void> can_write(std::string& why) override;
  void while_failing(std::function<std::string()> say) override { log_.while_failing(std::move(say)); }
  std::string_view kind() const noexcept override { return "mongodb"; }

 private:
  /// Runs `call(why)` and logs what becomes of it.
  template <class Call>
  auto logged(store_operation operation, Call call) -> decltype(call(std::declval<std::string&>()));

  void index();

  /// As ping() and can_write() tell of a failure.
  template <class Call>
  result<void> explained(store_operation operation, Call call, std::string& why);

  result<void> record(std::span<const share_report> reports, shares_recorded& recorded, std::string& why);
  /// Addresses the reports `which` to the links that theirs have moved to; whether any has.
  result<bool> follow(std::span<share_report> reports, std::span<const std::size_t> which, std::string& why);
  /// For each of `which`, whether its link has it already.
  result<std::vector<bool>> are_repeated(std::span<const share_report> reports,
                                         std::span<const std::size_t> which, std::string& why);
  result<std::vector<std::size_t>> upsert(const bson_array& updates, std::string& why);

  mongodb_client client_;
  failure_log log_;
  mongodb_refused refused_;
  mongodb_moves moves_;
  mongodb_fold fold_;
  insert_size insert_size_;
  std::atomic<bool> indexed_{false};
};

}  // namespace buttond
