#include "common/key_maker.hpp"
#include "common/shortened.hpp"
#include "common/url_key.hpp"

#include <utility>

namespace buttond {
namespace {

// A URL of 2 KB has room for a thousand parameters.
constexpr std::size_t most_steps = 30;
constexpr std::size_t most_rule_bytes = 100;

/// Notes the rules that made a difference: one step a rule that follows itself, and in the last one all the
/// rest.
class step_recorder {
 public:
  explicit step_recorder(std::string_view url) : url_(url) {}

  void after(std::string_view rule, std::string_view name, std::initializer_list<std::string_view> pieces) {
    std::string now;
    for (const std::string_view piece : pieces) now += piece;
    if (now == url_) return;
    url_ = now;
    if (steps_.size() == most_steps || (rule == rule_ && !steps_.empty())) {
      go_on(rule == rule_ ? name : rest);
    } else {
      std::string what(rule);
      if (!name.empty()) (what += ' ') += name;
      what.resize(first_characters(what, most_rule_bytes).size());
      steps_.push_back({std::move(what), {}});
    }
    rule_ = rule;
    steps_.back().url = std::move(now);
  }

  std::vector<key_step> take() && { return std::move(steps_); }

 private:
  /// The last step is for `what` too.
  void go_on(std::string_view what) {
    auto& told = steps_.back().rule;
    if (what.empty() || told.ends_with(rest)) return;
    const bool room = told.size() + separator.size() + what.size() <= most_rule_bytes;
    (told += separator) += room ? what : rest;
  }

  static constexpr std::string_view separator = ", ";
  static constexpr std::string_view rest = "and so on";

  std::string url_;
  std::string_view rule_;  // of the last step
  std::vector<key_step> steps_;
};

}  // namespace

key_explanation explain_key(std::string_view url, const key_rules& rules) {
  key_buffer buffer;
  step_recorder recorder(url);
  const auto key = key_maker<step_recorder>(rules, buffer, recorder).make(url);
  key_explanation explanation{std::move(recorder).take(),
                              key.has_value() ? result<std::string>(*key) : result<std::string>(key.error())};
  return explanation;
}

}  // namespace buttond
