// Any bytes as the files of a dead node's directory (each is a name, a line feed, two bytes of length, and
// what journal_input.hpp makes of the rest): the books balance, batches follow one another (of one
// file: what the names of files say is not ours), all that is pending is brought, twice never, what deltas
// absorbed counts no more, and another copy of the directory comes to the same batches.

#include "button/impressions/node_journal.hpp"
#include "button/store/batch_parts.hpp"
#include "tests/fuzz/journal_input.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/unit/still_clock.hpp"
#include "tests/unit/temporary_directory.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace buttond::testing {
namespace {

struct brought_batch {
  batch_mark after;
  batch_mark mark;
  std::size_t links = 0;

  friend bool operator==(const brought_batch&, const brought_batch&) = default;
};

/// In memory, where the machine has such a folder.
const std::filesystem::path& parent_of_copies() {
  static const std::filesystem::path parent =
      std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path();
  return parent;
}

/// Of what a name is read as, the name.
std::string name_of(const journal_file& read) {
  using enum journal_file::kind;
  if (read.what == sheet) return sheet_name(read.number);
  if (read.what == brought) return brought_name(read.mark);
  return read.batches ? deltas_name(read.number, *read.batches) : deltas_name(read.number);
}

/// Not what only takes long: a million batches that cannot be read are allowed.
bool is_worth_trying(std::string_view name) {
  using enum journal_file::kind;
  const auto read = read_journal_name(name);
  require(read.what == other || read.what == unfinished || name_of(read) == name, "a file has one name");
  return !read.batches || read.batches->last - read.batches->first() < 100;
}

bool is_file_name(std::string_view name) {
  return !name.empty() && name.size() < 200 && name != "." && name != ".." && name != lock_name &&
         name.find('/') == std::string_view::npos && name.find('\0') == std::string_view::npos;
}

/// A copy of the directory that an input describes.
class copy {
 public:
  explicit copy(std::string_view input)
      : root_(parent_of_copies()), directory_(root_.path() / node_of_input) {
    std::filesystem::create_directory(directory_);
    while (!input.empty()) {
      const auto end = std::min(input.find('\n'), input.size());
      const auto name = input.substr(0, end);
      input.remove_prefix(std::min(end + 1, input.size()));
      const std::size_t length = input.size() < 2 ? 0 : number_at<std::uint16_t>(input, 0);
      input.remove_prefix(std::min<std::size_t>(2, input.size()));
      const auto content = input.substr(0, length);
      input.remove_prefix(content.size());
      if (is_file_name(name) && is_worth_trying(name))
        std::ofstream(directory_ / name, std::ios::binary) << journal_file_of(content);
    }
  }

  /// Takes away what the newest file has absorbed, where that is deltas. False where there is no such file.
  bool remove_absorbed() {
    std::optional<journal_file> newest;
    std::filesystem::path file;
    for (const auto& each : std::filesystem::directory_iterator(directory_)) {
      const auto read = read_journal_name(each.path().filename().string());
      if (read.what != journal_file::kind::sheet && read.what != journal_file::kind::deltas) continue;
      if (newest && newest->number == read.number) return false;
      if (newest && newest->number > read.number) continue;
      newest = read;
      file = each.path();
    }
    const auto content = newest ? read_file(file) : result<std::string>(errc::file_corrupt);
    const auto head = content && parse_deltas(*content, node_of_input)
                          ? read_deltas_head(file, node_of_input)
                          : result<deltas_head>(errc::file_corrupt);
    if (!head || head->number != newest->number || head->absorbed.empty()) return false;
    for (const auto& each : std::filesystem::directory_iterator(directory_)) {
      const auto read = read_journal_name(each.path().filename().string());
      if (std::ranges::find(head->absorbed, read.number) != head->absorbed.end() &&
          (read.what == journal_file::kind::sheet || read.what == journal_file::kind::deltas))
        std::filesystem::remove(each.path());
    }
    return true;
  }

  bool is_there() const { return std::filesystem::exists(directory_); }

  /// Opens it and brings all that it holds. `time` may be any: nothing of a batch depends on it.
  std::vector<brought_batch> bring(const clock& time) {
    journal_ledger ledger(time);
    auto opened = node_journal::open(directory_, time, ledger);
    require(opened.has_value(), "a directory can be opened, whatever is in it");
    auto& node = **opened;
    check_books(node, ledger);
    require(node.close({}).empty(), "nothing is left over that was not given");
    check_books(node, ledger);

    std::vector<brought_batch> brought;
    event_totals stored;
    while (auto claim = node.take()) {
      require(!claim->batches().empty(), "what is taken is something");
      batch_mark last;
      while (!claim->batches().empty()) {
        const batch& next = claim->batches().front();
        check_batch(next);
        require(last.number == 0 || next.after == last, "the batches of a file follow one another");
        last = mark_after(next);
        const auto counts = total_of(next);
        stored += {static_cast<std::uint64_t>(counts.impressions), static_cast<std::uint64_t>(counts.clicks),
                   static_cast<std::uint64_t>(counts.shares)};
        brought.push_back({next.after, mark_after(next), next.links.size()});
        claim->acknowledge(1);
      }
      check_books(node, ledger);
    }
    require(ledger.read().stored == stored, "what is stored is what was brought");
    require(ledger.read().pending == event_totals{} && node.finished(), "all that is pending is brought");
    return brought;
  }

 private:
  static void check_books(const node_journal& node, const journal_ledger& ledger) {
    const auto books = ledger.read();
    auto sum = books.pending;
    sum += books.stored;
    sum += books.lost;
    require(sum == books.opened, "the books balance");
    require(node.pending() == books.pending, "what is pending is in the queue");
  }

  static void check_batch(const batch& next) {
    require(next.node == node_of_input && next.number == next.after.number + 1 && next.sum.size() == 32,
            "a batch has a name, a place and a sum");
    require(next.after.sum.empty() || next.after.sum.size() == 32,
            "a batch knows the one before it by its sum");
    require(!next.day || day_text(*next.day).size() == 10, "a day is a date");
    require(next.links.size() <= links_in_batch && (next.unread ? next.links.empty() : !next.links.empty()),
            "a batch has 1 to 1000 links");
    for (const auto& link : next.links)
      require(std::min({link.delta.impressions, link.delta.clicks, link.delta.shares}) >= 0,
              "a count is not negative");
    require(
        std::ranges::adjacent_find(next.links, std::greater_equal<>(), &link_delta::key) == next.links.end(),
        "links are in order, each once");
  }

  temporary_directory root_;
  std::filesystem::path directory_;
};

void check(std::string_view input) {
  spdlog::set_level(spdlog::level::off);
  still_clock time;
  copy first(input);
  const auto brought = first.bring(time);

  time.advance(std::chrono::hours(25));
  require(copy(input).bring(time) == brought, "another copy comes to the same batches");

  if (copy without(input); without.remove_absorbed())
    require(without.bring(time) == brought, "what deltas absorbed does not count beside them");

  if (!first.is_there()) return;
  const auto again = first.bring(time);
  require(std::ranges::none_of(again, [](const brought_batch& each) { return each.links > 0; }),
          "what was brought is not brought again");
}

}  // namespace
}  // namespace buttond::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buttond::testing::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
