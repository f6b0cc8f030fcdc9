#include "button/store/batch_parts.hpp"

#include "common/url_key.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>

namespace buttond {
namespace {

// A link as an element of the document's array, without its key: the index, the three numbers, the names.
constexpr std::size_t bytes_around_key = 64;

/// Hashes values of fixed size, and text with its length before it.
class content_hash {
 public:
  content_hash() noexcept { crypto_generichash_init(&state_, nullptr, 0, bytes); }

  content_hash& add(std::int64_t number) noexcept {
    crypto_generichash_update(&state_, reinterpret_cast<const unsigned char*>(&number), sizeof number);
    return *this;
  }
  content_hash& add(std::string_view text) noexcept {
    add(static_cast<std::int64_t>(text.size()));
    crypto_generichash_update(&state_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    return *this;
  }

  std::string hexadecimal() noexcept {
    std::array<unsigned char, bytes> hash;
    crypto_generichash_final(&state_, hash.data(), hash.size());
    std::array<char, 2 * bytes + 1> text;
    return sodium_bin2hex(text.data(), text.size(), hash.data(), hash.size());
  }

 private:
  static constexpr std::size_t bytes = 16;
  crypto_generichash_state state_;
};

}  // namespace

std::vector<std::size_t> cut_into_batches(std::span<const link_delta> links) {
  std::vector<std::size_t> cuts;
  std::size_t bytes = 0;
  for (const auto& link : links) {
    const auto more = link.key.size() + bytes_around_key;
    if (cuts.empty() || cuts.back() == links_in_batch || bytes + more > bytes_in_batch) {
      cuts.push_back(0);
      bytes = 0;
    }
    ++cuts.back();
    bytes += more;
  }
  return cuts;
}

std::string batch_sum(const batch& b, std::string_view seed) {
  content_hash hash;
  hash.add(b.node).add(b.number).add(b.after.number).add(b.after.sum).add(seed);
  hash.add(b.day ? b.day->time_since_epoch().count() : std::int64_t{-1});
  for (const auto& link : b.links)
    hash.add(link.key).add(link.delta.impressions).add(link.delta.clicks).add(link.delta.shares);
  return hash.hexadecimal();
}

bool valid_node(std::string_view node) noexcept {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !node.empty() && node.size() <= 64 && std::all_of(node.begin(), node.end(), allowed);
}

batch_mark mark_after(const batch& b) {
  return {b.number, b.unread ? std::string{} : b.sum};
}

tally total_of(const batch& b) noexcept {
  tally total;
  for (const auto& link : b.links) total += link.delta;
  return total;
}

std::string refused_batch_id(std::string_view node, const batch_mark& place) {
  return fmt::format("{}|{}|{}", node, place.number, place.sum);
}

std::vector<site_total> site_totals(std::span<const link_delta> links) {
  std::vector<site_total> totals;
  totals.reserve(links.size());
  for (const auto& link : links)
    if (link.delta != tally{}) totals.push_back({site_of(link.key), link.delta});
  std::sort(totals.begin(), totals.end(),
            [](const site_total& left, const site_total& right) { return left.site < right.site; });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < totals.size(); ++i) {
    if (kept != 0 && totals[kept - 1].site == totals[i].site)
      totals[kept - 1].counts += totals[i].counts;
    else
      totals[kept++] = totals[i];
  }
  totals.resize(kept);
  return totals;
}

std::string day_text(std::chrono::sys_days day) {
  const std::chrono::year_month_day date{day};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

}  // namespace buttond
