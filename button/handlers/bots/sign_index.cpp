#include "button/handlers/bots/sign_index.hpp"

#include <span>
#include <utility>

namespace buttond {
namespace {

// What readers' browsers say: bytes that stand here are poor ones to look for.
constexpr std::string_view browsers =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
    "Safari/537.36 Edg/126.0.2592.68 OPR/112.0.0.0 SamsungBrowser/25.0 Mobile YaBrowser/24.6 "
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0 (X11; Ubuntu; Fedora; CrOS) "
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 "
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Mozilla/5.0 (iPad) CriOS/126.0.6478.35 FxiOS GSA/320.0 "
    "Mozilla/5.0 (Linux; Android 14; K; SM-S928B Build/UP1A.231005.007; wv) Pixel 8 Pro Redmi Note moto "
    "Instagram FBAN/FBIOS FBAV FBDV [FB_IAB/FB4A;] Vivaldi Brave DuckDuckGo UCBrowser MiuiBrowser Trident "
    "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; WOW64; .NET CLR 3.5.30729; Media Center PC 6.0)";

}  // namespace

sign_index::sign_index(std::vector<sign> signs) : signs_(std::move(signs)) {
  // Bytes that browsers say cost readers time; signs that share a place cost it where somebody means harm.
  std::vector<std::size_t> cost(std::size_t{1} << hash_bits);
  for (std::size_t at = 0; at + anchor_size <= browsers.size(); ++at)
    cost[hash_of(last_word_at(browsers, at))] += 8;
  std::vector<std::size_t> taken(places);
  std::vector<std::pair<std::size_t, anchor>> placed;
  for (std::size_t number = 0; number < signs_.size(); ++number) {
    const std::string_view text = signs_[number].text;
    const auto place_of = [](std::uint32_t hash) { return hash >> (hash_bits - place_bits); };
    const auto cost_at = [&](std::size_t offset) {
      const std::uint32_t hash = hash_of(last_word_at(text, offset));
      return cost[hash] + taken[place_of(hash)];
    };
    std::size_t best = 0;
    for (std::size_t offset = 1; offset + anchor_size <= text.size(); ++offset)
      if (cost_at(offset) < cost_at(best)) best = offset;
    const std::uint32_t hash = hash_of(last_word_at(text, best));
    ++taken[place_of(hash)];
    placed.push_back({place_of(hash), {static_cast<std::uint16_t>(number), static_cast<std::uint8_t>(best)}});
    bits_[hash / 64] |= std::uint64_t{1} << hash % 64;
  }
  std::stable_sort(placed.begin(), placed.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [place, which] : placed) anchors_.push_back(which);
  for (std::size_t place = 0; place < places; ++place)
    first_[place + 1] = static_cast<std::uint16_t>(first_[place] + taken[place]);
}

std::size_t sign_index::most_of_one_place() const noexcept {
  std::size_t most = 0;
  for (std::size_t place = 0; place < places; ++place)
    most = std::max<std::size_t>(most, first_[place + 1] - first_[place]);
  return most;
}

}  // namespace buttond
