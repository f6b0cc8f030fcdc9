#include "common/key_maker.hpp"
#include "common/url_key.hpp"

#include <utility>

namespace buttond {
namespace {

/// Notes the rules that made a difference.
class step_recorder {
 public:
  explicit step_recorder(std::string_view url) : url_(url) {}

  void after(std::string_view rule, std::string_view name, std::initializer_list<std::string_view> pieces) {
    std::string now;
    for (const std::string_view piece : pieces) now += piece;
    if (now == url_) return;
    url_ = now;
    std::string what(rule);
    if (!name.empty()) (what += ' ') += name;
    steps_.push_back({std::move(what), std::move(now)});
  }

  std::vector<key_step> take() && { return std::move(steps_); }

 private:
  std::string url_;
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
