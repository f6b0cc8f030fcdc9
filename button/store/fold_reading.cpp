#include "button/store/fold_reading.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace buttond {
namespace {

/// In one query, at 1 MB each at most: 4 ms of the primary with ordinary keys.
constexpr std::size_t batches_in_query = 5;

/// Of all that is summed up, which is in memory: with ordinary keys it is not met.
constexpr std::size_t most_id_bytes = 50'000'000;

bson_document any_of(std::span<const std::string> ids) {
  return {{"_id", bson_document{{"$in", ids}}}};
}

/// Adds to `sums`. Returns which of `ids` are not there.
result<std::vector<std::string>> sum(mongodb_client& client, fold_source source,
                                     std::span<const std::string> ids, fold_sums& sums, std::string& why) {
  std::set<std::string, std::less<>> missing{ids.begin(), ids.end()};
  const auto read = client.find(
      name_of(source), any_of(ids), {{"projection", fold_sums_projection()}}, mongodb_read::newest,
      [&](bson_view document) {
        sums.add(document);
        if (const auto found = missing.find(document.text("_id")); found != missing.end())
          missing.erase(found);
      },
      why);
  if (!read) return read.error();
  return std::vector<std::string>{missing.begin(), missing.end()};
}

/// Whether none of `ids` is there. That the first one is not is asked in a way that only the primary of now
/// can answer; whoever was it before is not asked any more after that.
result<bool> gone(mongodb_client& client, fold_source source, std::span<const std::string> ids,
                  std::string& why) {
  bool there = false;
  const auto ask = [&](const bson_document& filter, mongodb_read read) {
    return client.find(
        name_of(source), filter, {{"projection", bson_document{{"_id", 1}}}}, read,
        [&](bson_view) { there = true; }, why);
  };
  auto asked = ask({{"_id", ids.front()}}, mongodb_read::linearizable);
  if (asked && !there && ids.size() > 1) asked = ask(any_of(ids.subspan(1)), mongodb_read::newest);
  if (!asked) return {boost::system::in_place_error, asked.error()};
  return !there;
}

}  // namespace

result<summed_batches> sum_first(mongodb_client& client, std::span<const waiting_batch> batches,
                                 std::size_t documents, std::string& why) {
  summed_batches summed;
  while (!batches.empty() && summed.sums.documents() < documents && summed.sums.id_bytes() < most_id_bytes) {
    const auto some = batches.first(std::min(batches_in_query, batches.size()));
    std::vector<std::string> ids;
    for (const auto& b : some) ids.push_back(b.id());
    const auto missing = sum(client, fold_source::batches, ids, summed.sums, why);
    if (!missing) return missing.error();
    if (!missing->empty()) return summed_batches{};
    summed.batches += some.size();
    batches = batches.subspan(some.size());
  }
  return summed;
}

// A majority acknowledged each of them before the fold was decided, and they are deleted only after all was
// added. So one that is not there is either folded, or was read from a primary of yesterday's: then what
// stands in the others is not all that there is, and what was left out would never be added.
result<fold_sums> sum_taken(mongodb_client& client, const fold_state& fold, std::string& why) {
  fold_sums sums;
  const auto missing = sum(client, fold.source, fold.take, sums, why);
  if (!missing) return missing.error();
  if (missing->empty()) return sums;
  const auto folded = gone(client, fold.source, *missing, why);
  if (!folded) return folded.error();
  if (*folded) return sums;
  why = "a server that is no longer the primary was asked for batches";
  return errc::store_unavailable;
}

}  // namespace buttond
