// Any bytes as JSON Lines of counts: every line is taken within the limits or told with its reason, it means
// what it means alone, and what `buttond export` writes of those that are taken is taken alike.

#include "button/commands/export.hpp"
#include "tests/fuzz/import_check.hpp"
#include "tests/unit/plain_store.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace buttond::testing {
namespace {

/// Room for the names, for the counts, and for what is written longer than it stood: in the line that a link
/// is written into anew.
constexpr std::size_t longest_link = longest_line / 6 - 256;

/// A store that has the links of some lines.
class store_of_lines final : public plain_store {
 public:
  explicit store_of_lines(const std::vector<import_line>& lines) : lines_(lines) {}

  result<void> for_each(const std::function<void(const stored_link&)>& visit) override {
    for (const auto& line : lines_) visit({line.link, line.counts});
    return {};
  }

 private:
  const std::vector<import_line>& lines_;
};

/// The lines of `input`, each read for itself.
std::vector<import_line> read_one_by_one(std::string_view input) {
  std::vector<import_line> taken;
  while (!input.empty()) {
    const auto text = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(text.size() + 1, input.size()));
    const auto file = file_of(text);
    const auto lines = read_json_lines(file.get());
    for (auto& line : taken_lines(*lines, 1)) taken.push_back(std::move(line));
  }
  return taken;
}

void check(std::string_view input) {
  const auto file = file_of(input);
  const auto lines = read_json_lines(file.get());
  const auto ends = static_cast<std::uint64_t>(std::ranges::count(input, '\n'));
  auto taken = taken_lines(*lines, ends + 1);
  // Alone, each line would be a first one, which may begin with the mark of its byte order.
  if (input.size() < longest_line && input.find("\xef\xbb\xbf") == std::string_view::npos)
    require_same(taken, read_one_by_one(input));
  std::erase_if(taken, [](const import_line& line) { return line.link.size() > longest_link; });

  store_of_lines from(taken);
  std::ostringstream out;
  std::ostringstream report;
  require(run_export("-", from, out, report) == 0, "what was taken can be exported");
  const auto text = out.str();
  const auto again_file = file_of(text);
  const auto again = read_json_lines(again_file.get());
  require_same(taken, taken_lines(*again, taken.size()));
}

}  // namespace
}  // namespace buttond::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buttond::testing::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
