#include "button/config/flag_set.hpp"

#include "common/error.hpp"
#include "common/shortened.hpp"
#include "common/units.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace buttond {
namespace {

/// Which of the words that CLI11, TOML and people write for on and off it is.
std::optional<bool> parse_on_off(const std::string& text) {
  std::string word = text;
  std::ranges::transform(word, word.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const char* on : {"true", "on", "yes", "1"}) {
    if (word == on) return true;
  }
  for (const char* off : {"false", "off", "no", "0"}) {
    if (word == off) return false;
  }
  return std::nullopt;
}

template <class Number>
std::optional<Number> parse_number(const std::string& text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [read_to, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || read_to != end || text.empty()) return std::nullopt;
  return number;
}

/// What somebody wrote, as far as it is needed to see which it is.
std::string told(const std::string& text) {
  return shortened(text, 200);
}

/// Whether it is a whole number with one of `units`, or without, though it be too great to be read.
bool is_number_with(const std::vector<std::string_view>& units, std::string_view text) {
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  return digits > 0 &&
         (digits == text.size() || std::ranges::find(units, text.substr(digits)) != units.end());
}

}  // namespace

std::string either_of(const std::vector<std::string>& names) {
  std::string text = names.front();
  for (std::size_t i = 1; i < names.size(); ++i) text += (i + 1 < names.size() ? ", " : " or ") + names[i];
  return text;
}

flag& flag_set::add(flag made) {
  return flags_.emplace_back(std::move(made));
}

flag& flag_set::number(const std::string& name, const std::string& type, const std::string& help,
                       const std::string& example, decltype(flag::take) take, decltype(flag::show) show) {
  return add({.name = name,
              .type = type,
              .help = help,
              .kind = value_kind::number,
              .example = example,
              .take = std::move(take),
              .show = std::move(show)});
}

flag& flag_set::text(const std::string& name, std::string& into, const std::string& type,
                     const std::string& help, text_check check) {
  return add({.name = name,
              .type = type,
              .help = help,
              .take =
                  [&into, check = std::move(check)](const std::vector<std::string>& texts) {
                    if (check) check(texts.front());
                    into = texts.front();
                  },
              .show = [&into] { return into; }});
}

flag& flag_set::path(const std::string& name, std::filesystem::path& into, const std::string& type,
                     const std::string& help) {
  return add({.name = name,
              .type = type,
              .help = help,
              .take =
                  [&into](const std::vector<std::string>& texts) {
                    if (texts.front().find('\0') != std::string::npos)
                      throw startup_error("a path has no byte 0");
                    // A store's, with its password, is easily given to the wrong flag.
                    if (texts.front().find("://") != std::string::npos)
                      throw startup_error("this is a URI, not a file; name a path");
                    into = texts.front();
                  },
              .show = [&into] { return into.string(); }});
}

flag& flag_set::list(const std::string& name, std::vector<std::string>& into, const std::string& type,
                     const std::string& help, text_check check) {
  return add({.name = name,
              .type = type,
              .help = help,
              .repeatable = true,
              .take =
                  [&into, check = std::move(check)](const std::vector<std::string>& texts) {
                    for (const std::string& each : texts) check(each);
                    into = texts;
                  },
              .show = [&into] { return fmt::format("{}", fmt::join(into, ", ")); }});
}

flag& flag_set::on_off(const std::string& name, bool& into, const std::string& help) {
  return add({.name = name,
              .type = "",
              .help = help,
              .kind = value_kind::on_off,
              .example = "true",
              .take =
                  [&into](const std::vector<std::string>& texts) {
                    const auto parsed = parse_on_off(texts.front());
                    if (!parsed)
                      throw startup_error(fmt::format("'{}' is neither true nor false", told(texts.front())));
                    into = *parsed;
                  },
              .show = [&into] { return into ? "true" : "false"; }});
}

flag& flag_set::duration(const std::string& name, std::chrono::milliseconds& into,
                         std::chrono::milliseconds least, std::chrono::milliseconds most,
                         const std::string& help) {
  const auto take = [&into, least, most](const std::vector<std::string>& texts) {
    const auto parsed = parse_duration(texts.front());
    if (!parsed && !is_number_with({"ms", "s", "m", "h", "d"}, texts.front())) {
      throw startup_error(
          fmt::format("'{}' is not a duration; write for example 500ms, 10s or 5m", told(texts.front())));
    }
    if (parsed && *parsed < least) {
      throw startup_error(
          fmt::format("{} is too short; {} is the least", told(texts.front()), format_duration(least)));
    }
    if (!parsed || *parsed > most)
      throw startup_error(
          fmt::format("{} is too long; {} is the most", told(texts.front()), format_duration(most)));
    into = *parsed;
  };
  return number(name, "DURATION", help, "10s", take, [&into] { return format_duration(into); });
}

flag& flag_set::bytes(const std::string& name, std::size_t& into, std::size_t least, std::size_t most,
                      const std::string& help) {
  const auto take = [&into, least, most](const std::vector<std::string>& texts) {
    const auto parsed = parse_bytes(texts.front());
    if (!parsed && !is_number_with({"B", "KiB", "MiB", "GiB"}, texts.front())) {
      throw startup_error(
          fmt::format("'{}' is not a size; write for example 16KiB or 64MiB", told(texts.front())));
    }
    if (!parsed || *parsed < least || *parsed > most) {
      throw startup_error(fmt::format("{} does not do; take {} to {}", told(texts.front()),
                                      format_bytes(least), format_bytes(most)));
    }
    into = *parsed;
  };
  return number(name, "SIZE", help, "64MiB", take, [&into] { return format_bytes(into); });
}

flag& flag_set::count(const std::string& name, std::size_t& into, std::size_t least, std::size_t most,
                      const std::string& help) {
  const auto take = [&into, least, most](const std::vector<std::string>& texts) {
    const auto parsed = parse_number<std::size_t>(texts.front());
    if (!parsed || *parsed < least || *parsed > most) {
      throw startup_error(fmt::format("'{}' does not do; write a whole number from {} to {}",
                                      told(texts.front()), least, most));
    }
    into = *parsed;
  };
  return number(name, "NUMBER", help, std::to_string(into), take, [&into] { return std::to_string(into); });
}

flag& flag_set::decimal(const std::string& name, double& into, double least, double most,
                        const std::string& help) {
  const auto take = [&into, least, most](const std::vector<std::string>& texts) {
    const auto parsed = parse_number<double>(texts.front());
    // Written so that what is not a number (nan) is refused.
    if (!parsed || !(*parsed >= least && *parsed <= most)) {
      throw startup_error(fmt::format("'{}' does not do; write a number from {} to {:.0f}",
                                      told(texts.front()), least, most));
    }
    into = *parsed;
  };
  return number(name, "NUMBER", help, "5", take, [&into] { return fmt::format("{}", into); });
}

std::size_t flag_set::position_in(const std::vector<std::string>& names, const std::string& text) {
  const auto found = std::ranges::find(names, text);
  if (found == names.end()) {
    throw startup_error(fmt::format("there is no '{}'; take {}", told(text), either_of(names)));
  }
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace buttond
