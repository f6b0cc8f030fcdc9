#include "button/commands/move_lines.hpp"

#include "common/error.hpp"
#include "common/shortened.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace buttond {

move_line read_move(std::string_view from, std::string_view to, const key_rules& rules) {
  move_line line;
  const auto take = [&](std::string_view address, std::string& key) {
    key_buffer buffer;
    const auto made = make_key(address, rules, buffer);
    if (made)
      key = *made;
    else
      line.problem = fmt::format("{} ({})", made.error().message(), shortened(address, 200));
    return made.has_value();
  };
  if (take(from, line.move.from) && take(to, line.move.to) && line.move.from == line.move.to)
    line.problem = fmt::format("both are one link already ({})", shortened(line.move.from, 200));
  return line;
}

move_lines::move_lines(const import_source& source, const key_rules& rules)
    : records_(source.rewound()), rules_(rules) {
  const auto& names = records_.header();
  const auto column = [&](std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
      throw startup_error("the first line is not a CSV header with from and to, separated by a comma");
    return static_cast<std::size_t>(found - names.begin());
  };
  from_ = column("from");
  to_ = column("to");
}

bool move_lines::next(move_line& line) {
  std::uint64_t number = 0;
  std::string problem;
  if (!records_.next(fields_, number, problem)) return false;
  line = problem.empty() ? read_move(fields_[from_], fields_[to_], rules_) : move_line{};
  line.number = number;
  if (!problem.empty()) line.problem = std::move(problem);
  return true;
}

}  // namespace buttond
