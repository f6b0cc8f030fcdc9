#include "button/handlers/bots/bot_signs.hpp"

#include "button/handlers/bots/bot_name.hpp"
#include "button/handlers/bots/listed_bots.hpp"
#include "common/ascii.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <span>
#include <vector>

namespace buttond {
namespace {

enum class meaning : std::uint8_t {
  word,        // says what the program does
  whole_word,  // the same, where no letter or digit follows
  address      // where its owner can be asked about it; no browser says that
};

struct program_word {
  std::string_view text;  // in lower case; any case is meant
  meaning means = meaning::word;
};

// Beside the list, which holds names. Neither the agents of real traffic nor those of 50,000 devices have
// them outside of a device's own name (tests/agents).
constexpr auto program_words = std::to_array<program_word>({
    {"bot", meaning::whole_word},
    {"bots", meaning::whole_word},
    {"robot"},
    {"crawl"},
    {"spider"},
    {"scraper"},
    {"scraping"},
    {"archiver"},
    {"indexer"},
    {"fetcher"},
    {"extractor"},
    {"parser"},
    {"preview"},
    {"favicon"},
    {"screenshot"},
    {"sitemap"},
    {"validator"},
    {"verifi"},
    {"verify"},
    {"checker"},
    {"resolver"},
    {"probe"},
    {"check_http"},
    {"audit"},
    {"analys"},
    {"analyz"},
    {"diagnostic"},
    {"insights"},
    {"lighthouse"},
    {"observatory"},
    {"monitor"},
    {"uptime"},
    {"synthetic"},
    {"newrelic"},  // monitors that run script, from here
    {"speedcurve"},
    {"debugbear"},
    {"appdynamics"},
    {"solarwinds"},
    {"neustar"},
    {"gomezagent"},
    {"dejaclick"},
    {"pa11y"},
    {"ptst"},
    {"headless"},
    {"prerender"},
    {"puppeteer"},
    {"playwright"},
    {"selenium"},
    {"phantomjs"},
    {"cypress/"},
    {"google-"},  // one of its many fetchers; its applications say "GSA/"
    {"-google"},
    {"khtml, like gecko; "},  // an engine's own words, and a name in them
    {"://", meaning::address},
    {"www.", meaning::address},
});

// "bot" is also how a maker of telephones ends.
constexpr std::string_view telephone = "cubot";

constexpr std::size_t longest = 512;

std::vector<sign> all_signs() {
  std::vector<sign> signs;
  const std::span<const listed_bot> listed = listed_bots();
  std::transform(listed.begin(), listed.end(), std::back_inserter(signs), [](const listed_bot& bot) {
    return sign{bot.text, bot.any_case};
  });
  std::transform(program_words.begin(), program_words.end(), std::back_inserter(signs),
                 [](const program_word& word) {
                   return sign{word.text, true};
                 });
  return signs;
}

constexpr bool is_letter(char c) noexcept {
  return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z';
}
constexpr bool is_letter_or_digit(char c) noexcept {
  return is_letter(c) || (c >= '0' && c <= '9');
}

/// Whether a bot of the list whose text stands at `begin` is meant. A telephone may have a short name too.
bool is_meant(const listed_bot& bot, std::string_view agent, std::size_t begin,
              device_words& device) noexcept {
  if (bot.at_start && begin != 0) return false;
  if (bot.at_end && begin + bot.text.size() != agent.size()) return false;
  if (!bot.after.empty() && agent.substr(0, begin).find(bot.after) == std::string_view::npos) return false;
  return bot.any_case || !device.hold(begin);
}

/// Whether the library or application is one whose own address is no sign.
bool is_counted(std::string_view agent) noexcept {
  const auto names = counted_agents();
  return std::any_of(names.begin(), names.end(),
                     [agent](std::string_view name) { return starts_with_ignoring_case(agent, name); });
}

/// Whether what ends at `end` is the name of a telephone.
bool is_telephone(std::string_view agent, std::size_t end) noexcept {
  return end >= telephone.size() &&
         starts_with_ignoring_case(agent.substr(end - telephone.size()), telephone);
}

/// Whether one of the program's words that stands at `begin` is meant.
bool is_meant(const program_word& word, std::string_view agent, std::size_t begin,
              device_words& device) noexcept {
  const std::size_t end = begin + word.text.size();
  if (word.means == meaning::whole_word) {
    if (end < agent.size() && is_letter_or_digit(agent[end])) return false;
    if (is_telephone(agent, end)) return false;
  }
  return !device.hold(begin) && (word.means != meaning::address || !is_counted(agent));
}

/// Whether somebody is named to write to. Telephones' applications give the address of their user.
bool has_mail_address(std::string_view agent) noexcept {
  for (std::size_t at = agent.find('@'); at != std::string_view::npos; at = agent.find('@', at + 1)) {
    const std::string_view host = agent.substr(at + 1);
    if (at == 0 || !is_letter_or_digit(agent[at - 1]) || host.empty() || !is_letter(host.front())) continue;
    const auto end =
        std::find_if_not(host.begin(), host.end(), [](char c) { return is_letter_or_digit(c) || c == '-'; });
    if (host.end() - end > 2 && *end == '.' && is_letter(end[1]) && is_letter(end[2]))
      return !contains_ignoring_case(agent, "android");
  }
  return false;
}

/// "Mozilla/5.0 (compatible; Name/1.0; whatever)" and no more: since the first Googlebot, what robots call
/// themselves. Some browsers did too.
bool is_only_compatible(std::string_view agent) noexcept {
  constexpr std::array<std::string_view, 6> browsers{"msie",    "konqueror", "ibrowse",
                                                     "windows", "linux",     "android"};
  return agent.starts_with("Mozilla/5.0 (compatible; ") && agent.find(')') == agent.size() - 1 &&
         std::none_of(browsers.begin(), browsers.end(),
                      [agent](std::string_view name) { return contains_ignoring_case(agent, name); });
}

}  // namespace

bot_signs::bot_signs() : index_(all_signs()) {}

/// Whether a sign that is meant stands in `agent`; `accepts` is told of it, by its number, and where.
template <class Accepts>
bool bot_signs::any_meant(std::string_view agent, Accepts accepts) const noexcept {
  const std::span<const listed_bot> listed = listed_bots();
  device_words device(agent, devices_);
  return index_.any(agent, [&](std::size_t number, std::size_t begin) {
    const bool meant = number < listed.size()
                           ? is_meant(listed[number], agent, begin, device)
                           : is_meant(program_words[number - listed.size()], agent, begin, device);
    if (meant) accepts(number, begin);
    return meant;
  });
}

bool bot_signs::is_bot(std::string_view user_agent) const noexcept {
  const std::string_view agent = user_agent.substr(0, longest);
  return any_meant(agent, [](std::size_t, std::size_t) {}) || has_mail_address(agent) ||
         is_only_compatible(agent);
}

std::string_view bot_signs::name_in(std::string_view user_agent) const noexcept {
  const std::string_view agent = user_agent.substr(0, longest);
  std::string_view name = bot_name_before(agent, agent.size());
  const auto listed = listed_bots().size();
  any_meant(agent, [&](std::size_t number, std::size_t begin) {
    if (number >= listed && program_words[number - listed].means == meaning::address)
      name = bot_name_before(agent, begin);
    else
      name = bot_name_around(
          agent, begin,
          number < listed ? listed_bots()[number].text.size() : program_words[number - listed].text.size());
  });
  return name;
}

}  // namespace buttond
