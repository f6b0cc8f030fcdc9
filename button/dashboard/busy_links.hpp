#pragma once
// The links that weigh most of what it is given, in bounded memory whatever that is: some thousand links, and
// so many bytes of their keys. What weighs too little is forgotten, and begins anew when it comes again; so a
// flood of links that each come once pushes out no link that comes often. Owned by recent_links; not
// thread-safe.

#include "button/dashboard/recent_links.hpp"
#include "button/store/store.hpp"
#include "common/fingerprint.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

class busy_links {
 public:
  static constexpr std::size_t most_links = 4'000;
  static constexpr std::size_t most_key_bytes = std::size_t{384} << 10;

  /// Adds counts, of each key once. Linear in them; keys are copied for those only that may stay.
  void add(std::span<const link_delta> links);

  /// The heaviest first, at most `most`. The keys point in here, until the next add() or clear().
  std::vector<link_delta> top(std::size_t most) const;

  /// Calls `visit` for each, in no order.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const auto& [link, known] : links_) visit(std::string_view(known.key), known.counts);
  }

  bool has(std::string_view key) const { return links_.contains(fingerprint_of_(key)); }
  void clear() noexcept;

  /// What it holds, all told.
  std::size_t bytes() const noexcept;

 private:
  struct known_link {
    std::string key;
    tally counts;
    std::uint64_t turn = 0;  // in which it came last
  };
  struct newcomer;

  std::vector<newcomer> heaviest_newcomers(std::span<const link_delta> links);
  void make_room();

  const fingerprinter fingerprint_of_;  // nobody outside can have two keys share a place
  boost::unordered_flat_map<fingerprint, known_link, fingerprint_hash> links_;
  std::size_t key_bytes_ = 0;
  std::uint64_t turn_ = 0;
};

}  // namespace buttond
