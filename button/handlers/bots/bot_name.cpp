#include "button/handlers/bots/bot_name.hpp"

#include <algorithm>

namespace buttond {
namespace {

constexpr std::string_view nameless = "robot";
constexpr std::string_view compatible = "compatible; ";

/// What a product's name is written with: no '/', which its version follows.
constexpr bool is_of_name(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.' || c == '!';
}

std::string_view first_word(std::string_view text) noexcept {
  const auto begin = std::find_if(text.begin(), text.end(), is_of_name);
  const auto end = std::find_if_not(begin, text.end(), is_of_name);
  return text.substr(static_cast<std::size_t>(begin - text.begin()), static_cast<std::size_t>(end - begin));
}

std::string_view last_word(std::string_view text) noexcept {
  const auto end = std::find_if(text.rbegin(), text.rend(), is_of_name);
  const auto begin = std::find_if_not(end, text.rend(), is_of_name);
  return text.substr(static_cast<std::size_t>(text.rend() - begin), static_cast<std::size_t>(begin - end));
}

std::string_view or_nameless(std::string_view name) noexcept {
  return name.empty() ? nameless : name.substr(0, longest_bot_name);
}

}  // namespace

std::string_view bot_name_around(std::string_view agent, std::size_t begin, std::size_t size) noexcept {
  std::size_t end = begin + size;
  // A sign that leads to a name: "(compatible; ".
  if (const auto lead = agent.substr(begin, size).rfind("; "); lead != std::string_view::npos)
    begin += lead + 2;
  if (agent.substr(begin).starts_with(compatible)) begin += compatible.size();
  while (begin > 0 && is_of_name(agent[begin - 1])) --begin;
  while (begin < agent.size() && !is_of_name(agent[begin])) ++begin;
  end = std::max(begin, end);
  while (end < agent.size() && is_of_name(agent[end])) ++end;
  std::string_view name = agent.substr(begin, end - begin);
  name = name.substr(0, name.find_first_of("/;("));
  while (!name.empty() && !is_of_name(name.back())) name.remove_suffix(1);
  return or_nameless(name);
}

std::string_view bot_name_before(std::string_view agent, std::size_t begin) noexcept {
  const std::string_view before = agent.substr(0, begin);
  if (!agent.starts_with("Mozilla/")) return or_nameless(first_word(before));
  if (const auto at = before.find(compatible); at != std::string_view::npos)
    return or_nameless(first_word(before.substr(at + compatible.size())));
  // "Name/1.0 (+http://..": the version of what stands before the bracket is not its name.
  const std::string_view product = before.substr(0, before.rfind('('));
  return or_nameless(last_word(product.substr(0, product.rfind('/'))));
}

}  // namespace buttond
