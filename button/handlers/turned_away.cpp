#include "button/handlers/turned_away.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <algorithm>
#include <functional>
#include <numeric>
#include <type_traits>

namespace buttond {
namespace {

constexpr std::chrono::hours hour_length{1};

std::uint64_t sum_of(const std::array<std::uint64_t, filter_reasons>& events) noexcept {
  return std::accumulate(events.begin(), events.end(), std::uint64_t{0});
}

}  // namespace

static_assert(std::is_trivially_copyable_v<turned_away>, "a loop hands out a copy between two requests");

template <std::size_t Size, std::size_t LongestName, class Events>
Events& busiest_names<Size, LongestName, Events>::of(std::string_view name) noexcept {
  name = name.substr(0, LongestName);
  const auto hash = static_cast<std::uint32_t>(std::hash<std::string_view>()(name));
  std::size_t place = 0;
  while (place < used_ && (hashes_[place] != hash || name_at(place) != name)) ++place;
  if (place == used_) {
    if (used_ < Size)
      ++used_;
    else
      place = static_cast<std::size_t>(std::min_element(ranks_.begin(), ranks_.end()) - ranks_.begin());
    hashes_[place] = hash;
    sizes_[place] = static_cast<std::uint8_t>(name.copy(names_[place].data(), LongestName));
    events_[place] = {};
  }
  ++ranks_[place];
  return events_[place];
}

turned_away::hour& turned_away::at(monotonic_time now) noexcept {
  const auto passed = now - begun_;
  if (passed < hour_length) return current_;
  if (passed < 2 * hour_length) {
    before_ = current_;
    since_ = begun_;
    begun_ += hour_length;
  } else {
    before_ = {};
    since_ = now - hour_length;
    begun_ = now;
  }
  current_ = {};
  return current_;
}

void turned_away::note_host(monotonic_time now, std::string_view site, filter_reason reason) noexcept {
  ++at(now).hosts.of(site)[static_cast<std::size_t>(reason)];
}

void turned_away::note_agent(monotonic_time now, std::string_view word) noexcept {
  ++at(now).agents.of(word);
}

turned_away_numbers numbers_of(std::span<const turned_away> loops, monotonic_time started,
                               monotonic_time now) {
  boost::unordered_flat_map<std::string_view, std::uint64_t> agents;
  boost::unordered_flat_map<std::string_view, std::array<std::uint64_t, filter_reasons>> hosts;
  turned_away_numbers numbers;
  numbers.since = std::max(started, now - 2 * hour_length);
  const auto add = [&](const turned_away::hour& of) {
    of.agents.for_each([&](std::string_view word, std::uint64_t events) { agents[word] += events; });
    of.hosts.for_each([&](std::string_view name, const auto& events) {
      auto& sum = hosts[name];
      for (std::size_t i = 0; i < filter_reasons; ++i) sum[i] += events[i];
    });
  };
  for (const turned_away& loop : loops) {
    const auto passed = now - loop.begun_;
    if (passed >= 2 * hour_length) continue;
    add(loop.current_);
    if (passed < hour_length) add(loop.before_);
    numbers.since = std::max(numbers.since, passed < hour_length ? loop.since_ : loop.begun_);
  }
  for (const auto& [word, events] : agents) numbers.agents.push_back({std::string(word), events});
  for (const auto& [name, events] : hosts) numbers.hosts.push_back({std::string(name), events});
  std::sort(numbers.agents.begin(), numbers.agents.end(), [](const auto& a, const auto& b) {
    return a.events != b.events ? a.events > b.events : a.word < b.word;
  });
  std::sort(numbers.hosts.begin(), numbers.hosts.end(), [](const auto& a, const auto& b) {
    const auto of_a = sum_of(a.events);
    const auto of_b = sum_of(b.events);
    return of_a != of_b ? of_a > of_b : a.name < b.name;
  });
  return numbers;
}

}  // namespace buttond
