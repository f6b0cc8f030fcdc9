#include "button/commands/import.hpp"

#include "button/commands/fold_all.hpp"
#include "button/commands/import_lines.hpp"
#include "button/commands/import_source.hpp"
#include "button/commands/move_links.hpp"
#include "button/commands/progress_bar.hpp"
#include "button/store/batch_parts.hpp"
#include "common/clock.hpp"
#include "common/printable.hpp"
#include "common/shortened.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <span>
#include <vector>

namespace buttond {
namespace {

constexpr std::uint64_t refused_lines_told = 100;

/// With the longest keys some 7 MB, which a store takes within its time-outs.
constexpr std::size_t batches_in_call = 8;

using links_by_key = std::map<std::string, tally>;

class import_run {
 public:
  import_run(const import_arguments& arguments, const key_rules& rules, std::ostream& out,
             std::ostream& report)
      : set_(arguments.set),
        rules_(rules),
        source_(arguments.file),
        out_(out),
        report_(report),
        progress_(report) {
    const bool csv =
        arguments.format.empty() ? source_.format() == import_format::csv : arguments.format == "csv";
    node_ = "import-" + source_.fingerprint(arguments.name);
    lines_ = csv ? read_csv(source_.rewound()) : read_json_lines(source_.rewound());
  }

  /// Reads it all and writes it into `to`, where there is one.
  int run(store* to) {
    // What was counted before is not to be added after it was replaced.
    if (to != nullptr && set_) fold(*to);
    for (bool more = true; more;) {
      more = read_chunk();
      if (to != nullptr && !parts_.empty() && !write_chunk(*to)) return 1;
      progress_.show(source_, read_);
    }
    progress_.end();
    if (to != nullptr && !set_) fold(*to);
    tell(to != nullptr);
    return refused_ == 0 ? 0 : 1;
  }

 private:
  /// Reads the next lines into parts_; false when they are the last ones.
  bool read_chunk() {
    parts_.clear();
    moves_.clear();
    import_line line;
    for (std::size_t i = 0; i < lines_in_chunk; ++i) {
      if (!lines_->next(line)) return false;
      if (i == 0) chunk_first_line_ = line.number;
      if (i % lines_in_batch == 0) parts_.emplace_back();
      ++read_;
      if (line.problem.empty()) {
        key_buffer buffer;
        const auto key = make_key(line.link, rules_, buffer);
        if (key) {
          line.problem = take_move(*key, line);
          if (line.problem.empty()) {
            take(*key, line.counts);
            continue;
          }
        } else {
          line.problem = fmt::format("{} ({})", key.error().message(), shortened(line.link, 200));
        }
      }
      refuse(line);
    }
    return true;
  }

  void take(std::string_view key, const tally& counts) {
    total_ += counts;
    auto& sum = parts_.back()[std::string{key}];
    if (set_)
      sum = counts;  // the last line of a link stands
    else
      sum += counts;
  }

  /// Where the link has moved, if it has. Returns the problem, or nothing.
  std::string take_move(std::string_view key, const import_line& line) {
    if (line.moved_to.empty()) return {};
    key_buffer buffer;
    const auto to = make_key(line.moved_to, rules_, buffer);
    if (!to) return fmt::format("moved_to: {} ({})", to.error().message(), shortened(line.moved_to, 200));
    if (*to == key) return "moved_to is the link itself";
    moves_.push_back({std::string{key}, std::string{*to}});
    return {};
  }

  void refuse(const import_line& line) {
    if (++refused_ > refused_lines_told) return;
    progress_.end();
    report_ << fmt::format("line {}: {}\n", line.number, printable(line.problem));
  }

  /// False where it cannot go on, which it has told.
  bool write_chunk(store& to) {
    const auto fail = [this](const error_code& why) {
      stop(fmt::format("{}\nRun the same command again: what is counted already is not counted twice.",
                       printable(why.message())));
      return false;
    };
    const auto written = set_ ? set_chunk(to) : add_chunk(to);
    if (!written) return fail(written.error());
    if (written->name_taken || written->set_aside_batches > 0) {
      stop(fmt::format(
          "another run of this import counted these lines otherwise, and {} batches were set aside (buttond "
          "refused)\nRun it with the flags of the first run; with another --name all of it is counted again.",
          written->set_aside_batches));
      return false;
    }
    const auto moved = move_links(to, moves_, move_mode::real);
    if (!moved) return fail(moved.error());
    for (const auto& each : *moved)
      if (!each) return fail(each.error());
    return true;
  }

  void stop(std::string_view why) {
    progress_.end();
    report_ << fmt::format("stopped before line {}: {}\n", chunk_first_line_, why);
  }

  result<bring_report> set_chunk(store& to) {
    links_by_key all;
    for (const auto& part : parts_)
      for (const auto& [key, counts] : part) all[key] = counts;
    std::vector<stored_link> links;
    links.reserve(all.size());
    for (const auto& [key, counts] : all) links.push_back({key, counts});
    if (const auto done = to.set(links); !done) return done.error();
    return bring_report{};
  }

  result<bring_report> add_chunk(store& to) {
    std::vector<std::vector<link_delta>> deltas(parts_.size());
    std::vector<batch> batches(parts_.size());
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      for (const auto& [key, counts] : parts_[i]) deltas[i].push_back({key, counts});
      batch& next = batches[i];
      next.node = node_;
      next.number = last_.number + 1;
      next.after = last_;
      next.closed_at = time_.wall();
      next.links = deltas[i];
      next.sum = batch_sum(next, {});
      last_ = {next.number, next.sum};
    }
    return bring_all(to, batches);
  }

  /// What became of them together, up to the first that is not as it should be.
  static result<bring_report> bring_all(store& to, std::span<const batch> batches) {
    for (; !batches.empty(); batches = batches.subspan(std::min(batches_in_call, batches.size()))) {
      auto brought = to.bring(batches.first(std::min(batches_in_call, batches.size())));
      if (!brought || brought->name_taken || brought->set_aside_batches > 0) return brought;
    }
    return bring_report{};
  }

  void fold(store& in) {
    const auto waiting = fold_all(in);
    if (waiting && *waiting == 0) return;
    const auto why = waiting ? std::string() : fmt::format(" ({})", printable(waiting.error().message()));
    const auto count = waiting ? fmt::format("{}", *waiting) : std::string("some");
    report_ << fmt::format(
        "{} batches wait{}; a running server, or the next import or export, adds them to the links\n", count,
        why);
  }

  void tell(bool written) {
    if (refused_ > refused_lines_told)
      report_ << fmt::format("... and {} more lines were refused\n", refused_ - refused_lines_told);
    if (!lines_->ignored_fields().empty())
      report_ << fmt::format("passed over: {}\n",
                             printable(fmt::format("{}", fmt::join(lines_->ignored_fields(), ", "))));
    out_ << fmt::format("{} of {} lines {}: {} impressions, {} clicks, {} shares; {} refused\n",
                        read_ - refused_, read_,
                        !written ? "could be imported"
                        : set_   ? "set"
                                 : "counted",
                        total_.impressions, total_.clicks, total_.shares, refused_);
  }

  const system_clock time_;
  const bool set_;
  const key_rules rules_;
  import_source source_;
  std::ostream& out_;
  std::ostream& report_;
  progress_bar progress_;
  std::string node_;
  std::unique_ptr<import_lines> lines_;
  std::vector<links_by_key> parts_;  // of the chunk that was read, a batch each
  std::vector<link_move> moves_;     // of the chunk
  std::uint64_t chunk_first_line_ = 1;
  batch_mark last_;
  std::uint64_t read_ = 0;
  std::uint64_t refused_ = 0;
  tally total_;
};

}  // namespace

int run_import(const import_arguments& arguments, const key_rules& rules,
               const std::function<std::unique_ptr<store>()>& open, std::ostream& out, std::ostream& report) {
  import_run run(arguments, rules, out, report);
  if (arguments.dry_run) return run.run(nullptr);
  const auto to = open();
  return run.run(to.get());
}

}  // namespace buttond
