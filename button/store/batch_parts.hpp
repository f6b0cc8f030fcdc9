#pragma once
// What a batch is made of: how many links it holds, what its sum covers, and what the stores need of it.

#include "button/store/store.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

/// Whether `node` may name a batch: letters, digits and '-' only, at most 64 of them, so that it is safe as
/// the name of a field ("marks.<node>").
bool valid_node(std::string_view node) noexcept;

/// What one batch holds at most: so many links, and so many bytes as a document in MongoDB.
inline constexpr std::size_t links_in_batch = 1'000;
inline constexpr std::size_t bytes_in_batch = 1'000'000;

/// Cuts `links` into batches: how many links each of them takes, in order; together all of them. The same
/// links are always cut alike.
std::vector<std::size_t> cut_into_batches(std::span<const link_delta> links);

/// The sum of `b`: BLAKE2b with 128 bits, in hexadecimal, of its name, the batch before it, its day and its
/// links (their order counts). `seed` tells apart what two processes counted that go on under one name:
/// random where the process that counted closes the epoch, and the same for whoever reads back what a dead
/// one left.
std::string batch_sum(const batch& b, std::string_view seed);

/// Whether two sums tell apart what they are of: never where one of them is not known.
inline bool differ(std::string_view left, std::string_view right) noexcept {
  return !left.empty() && !right.empty() && left != right;
}

/// The mark of a node when `b` is counted.
batch_mark mark_after(const batch& b);

/// All that `b` counts.
tally total_of(const batch& b) noexcept;

/// What a batch is called that is set aside: two that go by the same number have different sums.
std::string refused_batch_id(std::string_view node, const batch_mark& place);

/// The counts of one site in a batch.
struct site_total {
  std::string_view site;  // points into the batch's keys
  tally counts;
};

/// The sites of a batch, each once, in order; sites with nothing to add are left out.
std::vector<site_total> site_totals(std::span<const link_delta> links);

/// "YYYY-MM-DD".
std::string day_text(std::chrono::sys_days day);

}  // namespace buttond
