#pragma once
// Who and what was seen and not counted: the words by which robots call themselves, and the sites of the
// links, by the reason. The busiest of each, in memory only, of this hour and the one before; in fixed
// memory, without an allocation, touched only where something is filtered. One a loop; loop thread only.
// Others get a copy.
//
// By Space-Saving (Metwally, Agrawal, El Abbadi 2005): a name that is new takes the place of the one with the
// lowest rank, and goes on from that rank; so whatever is more than one of 128 events (of 64 for agents) is
// here, however many names come. Its number counts from when it took its place: it is never more than the
// truth.

#include "button/impressions/books.hpp"
#include "common/clock.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace buttond {

/// A copy, of one loop or of several together.
struct turned_away_numbers {
  struct agent {
    std::string word;  // printable ASCII, at most 40 bytes: "GPTBot"
    std::uint64_t events = 0;
  };
  struct host {
    std::string name;  // the site of the link, of a longer one the first 80 bytes
    std::array<std::uint64_t, filter_reasons> events{};
  };
  std::vector<agent> agents;  // the busiest first
  std::vector<host> hosts;    // the busiest first
  monotonic_time since;       // nothing that was noted from then on is left out but for want of room
};

/// The busiest names of those that were noted, and so many events of each.
template <std::size_t Size, std::size_t LongestName, class Events>
class busiest_names {
 public:
  /// The events of `name`, which gets a place; they begin anew where it had none. Of a longer one the
  /// beginning.
  Events& of(std::string_view name) noexcept;

  /// Calls `visit(name, events)` for each.
  template <class Visit>
  void for_each(Visit visit) const {
    for (std::size_t i = 0; i < used_; ++i) visit(name_at(i), events_[i]);
  }

 private:
  std::string_view name_at(std::size_t place) const noexcept { return {names_[place].data(), sizes_[place]}; }

  std::size_t used_ = 0;
  std::array<std::uint32_t, Size> hashes_{};  // before the names: most are told apart by them
  std::array<std::uint64_t, Size> ranks_{};
  std::array<Events, Size> events_{};
  std::array<std::uint8_t, Size> sizes_{};
  std::array<std::array<char, LongestName>, Size> names_{};
};

class turned_away {
 public:
  static constexpr std::size_t longest_word = 40;
  static constexpr std::size_t longest_host = 80;

  /// An event of a link of `site` was not counted.
  void note_host(monotonic_time now, std::string_view site, filter_reason reason) noexcept;

  /// An event was not counted because a robot asked that calls itself `word`.
  void note_agent(monotonic_time now, std::string_view word) noexcept;

 private:
  friend turned_away_numbers numbers_of(std::span<const turned_away> loops, monotonic_time started,
                                        monotonic_time now);

  struct hour {
    busiest_names<64, longest_word, std::uint64_t> agents;
    busiest_names<128, longest_host, std::array<std::uint64_t, filter_reasons>> hosts;
  };

  hour& at(monotonic_time now) noexcept;

  monotonic_time begun_{};  // when the hour under way did; long ago where nothing was noted yet
  monotonic_time since_{};  // of `before_`, or where nothing was noted before, earlier
  hour current_;
  hour before_;
};

/// What the loops, which began when the process was `started`, noted in the hour under way and the one
/// before. For any thread but a loop's: some microseconds a loop.
turned_away_numbers numbers_of(std::span<const turned_away> loops, monotonic_time started,
                               monotonic_time now);

}  // namespace buttond
