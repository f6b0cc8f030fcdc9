#include "button/commands/import.hpp"

#include "button/commands/import_lines.hpp"
#include "button/commands/import_source.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <map>
#include <ostream>

namespace buttond {
namespace {

constexpr std::uint64_t refused_lines_told = 100;

class import_run {
 public:
  import_run(const import_arguments& arguments, const key_rules& rules, std::ostream& out,
             std::ostream& report)
      : set_(arguments.set), rules_(rules), source_(arguments.file), out_(out), report_(report) {
    const bool csv =
        arguments.format.empty() ? source_.format() == import_format::csv : arguments.format == "csv";
    node_ = "import-" + source_.fingerprint(arguments.name);
    lines_ = csv ? read_csv(source_.rewound()) : read_json_lines(source_.rewound());
  }

  /// Reads it all and writes it into `to`, where there is one.
  int run(store* to) {
    for (bool more = true; more;) {
      more = read_chunk();
      if (to != nullptr && !chunk_.empty()) {
        if (const auto written = write_chunk(*to); !written) {
          end_progress();
          report_ << fmt::format(
              "stopped before line {}: {}\nRun the same command again: what is counted already is not "
              "counted twice.\n",
              chunk_first_line_, written.error().message());
          return 1;
        }
      }
      show_progress();
    }
    end_progress();
    tell(to != nullptr);
    return refused_ == 0 ? 0 : 1;
  }

 private:
  /// Reads the next lines into chunk_; false when they are the last ones. The bounds of a chunk depend on the
  /// file alone, so that they are the same in every run.
  bool read_chunk() {
    chunk_.clear();
    ++epoch_;
    import_line line;
    for (std::size_t i = 0; i < lines_in_chunk; ++i) {
      if (!lines_->next(line)) return false;
      if (i == 0) chunk_first_line_ = line.number;
      ++read_;
      if (line.problem.empty()) {
        key_buffer buffer;
        const auto key = make_key(line.link, rules_, buffer);
        if (key) {
          take(*key, line.counts);
          continue;
        }
        line.problem = fmt::format("{} ({})", key.error().message(), line.link.substr(0, 200));
      }
      refuse(line);
    }
    return true;
  }

  void take(std::string_view key, const tally& counts) {
    total_ += counts;
    auto& sum = chunk_[std::string{key}];
    if (set_)
      sum = counts;  // the last line of a link stands
    else
      sum += counts;
  }

  void refuse(const import_line& line) {
    if (++refused_ > refused_lines_told) return;
    end_progress();
    report_ << fmt::format("line {}: {}\n", line.number, line.problem);
  }

  result<void> write_chunk(store& to) {
    if (set_) {
      std::vector<stored_link> links;
      links.reserve(chunk_.size());
      for (const auto& [key, counts] : chunk_) links.push_back({key, counts});
      return to.set(links);
    }
    std::vector<link_delta> links;
    links.reserve(chunk_.size());
    for (const auto& [key, counts] : chunk_) links.push_back({key, counts});
    batch chunk;
    chunk.node = node_;
    chunk.number = epoch_;
    chunk.after.number = epoch_ - 1;
    chunk.links = links;
    const auto brought = to.bring({&chunk, 1});
    return brought ? result<void>() : brought.error();
  }

  void tell(bool written) {
    if (refused_ > refused_lines_told)
      report_ << fmt::format("... and {} more lines were refused\n", refused_ - refused_lines_told);
    if (!lines_->ignored_fields().empty())
      report_ << fmt::format("passed over: {}\n", fmt::join(lines_->ignored_fields(), ", "));
    out_ << fmt::format("{} of {} lines {}: {} impressions, {} clicks, {} shares; {} refused\n",
                        read_ - refused_, read_,
                        !written ? "could be imported"
                        : set_   ? "set"
                                 : "counted",
                        total_.impressions, total_.clicks, total_.shares, refused_);
  }

  void show_progress() {
    if (isatty(STDERR_FILENO) == 0) return;
    constexpr int width = 40;
    const auto done = source_.bytes() == 0
                          ? 1.0
                          : static_cast<double>(source_.position()) / static_cast<double>(source_.bytes());
    report_ << fmt::format("\r[{:<{}}] {:3.0f} %  {} lines",
                           std::string(static_cast<std::size_t>(done * width), '='), width, done * 100, read_)
            << std::flush;
    progress_shown_ = true;
  }

  /// Ends the line of the progress bar, so that text can follow.
  void end_progress() {
    if (progress_shown_) report_ << '\n';
    progress_shown_ = false;
  }

  const bool set_;
  const key_rules rules_;
  import_source source_;
  std::ostream& out_;
  std::ostream& report_;
  std::string node_;
  std::unique_ptr<import_lines> lines_;
  std::map<std::string, tally> chunk_;
  std::uint64_t chunk_first_line_ = 1;
  std::int64_t epoch_ = 0;
  std::uint64_t read_ = 0;
  std::uint64_t refused_ = 0;
  tally total_;
  bool progress_shown_ = false;
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
