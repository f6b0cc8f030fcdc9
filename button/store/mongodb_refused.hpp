#pragma once
// The collection `refused`: what the database would not take, link by link, and batches that were set aside.
// Its documents hold `links` as a batch does, for they are summed up in the same way when they are tried
// again.
//
// Owned by mongodb_store; thread-safe, as the client is.

#include "button/store/batch_document.hpp"
#include "button/store/fold_sums.hpp"
#include "button/store/mongodb_client.hpp"
#include "button/store/store.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

/// A sum that the database would not add to its document.
struct refused_sum {
  fold_sum sum;
  std::string why;
};

class mongodb_refused {
 public:
  explicit mongodb_refused(mongodb_client& client) noexcept : client_(client) {}

  // Done again, each of these changes nothing.

  /// Sets batches aside that their owner has in hand.
  result<void> set_aside(std::span<const batch> batches, std::string& why);

  /// Moves batches here from `batches`. Returns what they would have counted.
  result<tally> set_aside(std::span<const waiting_batch> batches, std::string& why);

  /// Keeps what fold `n` could not add.
  result<void> keep(fold_target target, std::int64_t n, std::span<const refused_sum> sums, std::string& why);

  /// The keys of what is kept of fold `n`; the reason for one of them in `reason`.
  result<std::vector<std::string>> kept_of(fold_target target, std::int64_t n, std::string& reason,
                                           std::string& why);

  /// Takes back what was kept of these keys of fold `n`.
  result<void> withdraw(fold_target target, std::int64_t n, std::span<const std::string> keys,
                        std::string& why);

  /// How many of `items`, which fold `n` tries again, it refused again.
  result<std::int64_t> refused_again(std::span<const std::string> items, std::int64_t n, std::string& why);

  /// Whether the batch at this place of `node` was set aside.
  result<bool> has_batch(std::string_view node, const batch_mark& place, std::string& why);
  result<bool> has(std::string_view id, std::string& why);

  /// Ids of what the database would not take up to fold `n`, the first ones, as many as one fold takes.
  result<std::vector<std::string>> refused_until(std::int64_t n, std::string& why);

  result<std::int64_t> count(std::string& why);
  result<void> for_each(const std::function<void(const refused_item&)>& visit, std::string& why);

 private:
  result<void> insert(const bson_array& documents, std::string& why);

  mongodb_client& client_;
};

}  // namespace buttond
