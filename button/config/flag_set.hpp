#pragma once
// Makes flags of each kind of value: how it is read, checked and written.

#include "button/config/flag.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace buttond {

/// Throws startup_error for a text that does not do.
using text_check = std::function<void(const std::string&)>;

class flag_set {
 public:
  explicit flag_set(std::vector<flag>& into) : flags_(into) {}

  flag& text(const std::string& name, std::string& into, const std::string& type, const std::string& help,
             text_check check = {});
  flag& path(const std::string& name, std::filesystem::path& into, const std::string& type,
             const std::string& help);
  flag& list(const std::string& name, std::vector<std::string>& into, const std::string& type,
             const std::string& help, text_check check);
  flag& on_off(const std::string& name, bool& into, const std::string& help);
  flag& duration(const std::string& name, std::chrono::milliseconds& into, std::chrono::milliseconds least,
                 std::chrono::milliseconds most, const std::string& help);
  flag& bytes(const std::string& name, std::size_t& into, std::size_t least, std::size_t most,
              const std::string& help);
  flag& count(const std::string& name, std::size_t& into, std::size_t least, std::size_t most,
              const std::string& help);
  flag& decimal(const std::string& name, double& into, double least, double most, const std::string& help);

  /// One of `choices`, by name.
  template <class T>
  flag& choice(const std::string& name, T& into, const std::vector<std::pair<std::string, T>>& choices,
               const std::string& type, const std::string& help) {
    std::vector<std::string> names;
    for (const auto& each : choices) names.push_back(each.first);
    return add({.name = name,
                .type = type,
                .help = help,
                .example = names.front(),
                .take =
                    [&into, choices, names](const std::vector<std::string>& texts) {
                      into = choices[position_in(names, texts.front())].second;
                    },
                .show =
                    [&into, choices] {
                      return std::ranges::find(choices, into, &std::pair<std::string, T>::second)->first;
                    }});
  }

 private:
  flag& add(flag made);
  flag& number(const std::string& name, const std::string& type, const std::string& help,
               const std::string& example, decltype(flag::take) take, decltype(flag::show) show);

  /// Throws startup_error that names the choices.
  static std::size_t position_in(const std::vector<std::string>& names, const std::string& text);

  std::vector<flag>& flags_;
};

/// "a, b or c"
std::string either_of(const std::vector<std::string>& names);

}  // namespace buttond
