#include "button/commands/move.hpp"

#include "button/commands/fold_all.hpp"
#include "button/commands/move_lines.hpp"
#include "button/commands/move_links.hpp"
#include "button/commands/progress_bar.hpp"
#include "common/printable.hpp"
#include "common/shortened.hpp"

#include <fmt/format.h>

#include <optional>
#include <ostream>
#include <utility>
#include <vector>

namespace buttond {
namespace {

constexpr std::uint64_t refused_told = 100;
constexpr std::size_t lines_in_chunk = 1'000;

class move_run {
 public:
  move_run(const move_arguments& arguments, const key_rules& rules, std::ostream& out, std::ostream& report)
      : mode_(arguments.dry_run ? move_mode::dry_run : move_mode::real),
        out_(out),
        report_(report),
        progress_(report) {
    if (arguments.file.empty()) {
      single_ = read_move(arguments.from, arguments.to, rules);
    } else {
      source_.emplace(arguments.file);
      lines_.emplace(*source_, rules);
    }
  }

  int run(store& in) {
    // Only a store that was there is waited for.
    if (const auto there = in.ping(); !there) {
      report_ << fmt::format("{}\n", printable(there.error().message()));
      return 1;
    }
    // What waits for the old links is told with what is moved; who may not fold moves what is there.
    if (mode_ == move_mode::real) fold_waiting(in);
    for (bool more = true; more;) {
      more = read_chunk();
      if (!move_chunk(in)) return 1;
      if (source_) progress_.show(*source_, read_);
    }
    progress_.end();
    tell();
    return refused_ == 0 ? 0 : 1;
  }

 private:
  /// Reads the next lines; false when they are the last ones.
  bool read_chunk() {
    chunk_.clear();
    if (!lines_) {
      take(std::move(single_));
      return false;
    }
    move_line line;
    for (std::size_t i = 0; i < lines_in_chunk; ++i) {
      if (!lines_->next(line)) return false;
      take(std::move(line));
    }
    return true;
  }

  void take(move_line line) {
    ++read_;
    if (line.problem.empty())
      chunk_.push_back(std::move(line));
    else
      refuse(line.number, line.problem);
  }

  void refuse(std::uint64_t line, std::string_view problem) {
    if (++refused_ > refused_told) return;
    progress_.end();
    report_ << (lines_ ? fmt::format("line {}: {}\n", line, printable(problem))
                       : fmt::format("{}\n", printable(problem)));
  }

  /// False where it cannot go on, which it has told.
  bool move_chunk(store& in) {
    std::vector<link_move> moves;
    for (const auto& line : chunk_) moves.push_back(line.move);
    const auto moved = move_links(in, moves, mode_);
    if (!moved) {
      progress_.end();
      if (lines_) report_ << fmt::format("stopped behind line {}: ", chunk_.front().number - 1);
      report_ << fmt::format("{}\nRun the same command again: what is moved already is not moved twice.\n",
                             printable(moved.error().message()));
      return false;
    }
    for (std::size_t i = 0; i < chunk_.size(); ++i) count(chunk_[i], (*moved)[i]);
    return true;
  }

  void count(const move_line& line, const result<link_moved>& moved) {
    if (!moved) {
      refuse(line.number, fmt::format("{} ({})", moved.error().message(), shortened(line.move.from, 200)));
      return;
    }
    ++(moved->counts == tally{} ? empty_ : moved_);
    total_ += moved->counts;
    if (mode_ == move_mode::dry_run)
      out_ << fmt::format("{}\t{}\t{}\n", printable(line.move.from), printable(moved->to),
                          in_words(moved->counts));
  }

  static std::string in_words(const tally& counts) {
    return fmt::format("{} impressions, {} clicks, {} shares", counts.impressions, counts.clicks,
                       counts.shares);
  }

  void tell() {
    if (refused_ > refused_told)
      report_ << fmt::format("... and {} more were refused\n", refused_ - refused_told);
    const bool dry = mode_ == move_mode::dry_run;
    out_ << fmt::format("{} {}: {}; {} {} nothing to move; {} refused\n", moved_,
                        dry ? "would be moved" : "moved", in_words(total_), empty_, dry ? "have" : "had",
                        refused_);
  }

  const move_mode mode_;
  std::ostream& out_;
  std::ostream& report_;
  progress_bar progress_;
  move_line single_;
  std::optional<import_source> source_;
  std::optional<move_lines> lines_;  // of the source; without one it is the single move
  std::vector<move_line> chunk_;
  std::uint64_t read_ = 0;
  std::uint64_t moved_ = 0;
  std::uint64_t empty_ = 0;
  std::uint64_t refused_ = 0;
  tally total_;
};

}  // namespace

int run_move(const move_arguments& arguments, const key_rules& rules,
             const std::function<std::unique_ptr<store>()>& open, std::ostream& out, std::ostream& report) {
  move_run run(arguments, rules, out, report);
  const auto in = open();
  return run.run(*in);
}

}  // namespace buttond
