#include "button/handlers/dashboard/verdict.hpp"

#include "button/handlers/dashboard/json_parts.hpp"
#include "button/store/store_causes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <set>
#include <utility>

namespace buttond {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view store_anchor = "the-store-does-not-take-what-is-counted";
constexpr std::string_view read_anchor = "a-button-shows-no-number-or-an-old-one";
constexpr std::string_view risk_anchor = "counts-are-at-risk";
constexpr std::string_view lost_anchor = "something-was-lost";
constexpr std::string_view disk_anchor = "the-disk-fills-up";
constexpr std::string_view growth_anchor = "a-number-does-not-grow";
constexpr std::string_view button_anchor = "pages-have-no-button";
constexpr std::string_view clock_anchor = "the-clock-jumped";
constexpr std::array anchors{store_anchor, read_anchor,   risk_anchor,   lost_anchor,
                             disk_anchor,  growth_anchor, button_anchor, clock_anchor};

/// What may pass by itself is given so long: an election takes seconds, a restart less than a minute.
constexpr std::chrono::seconds passing{60};
constexpr double oldest_to_look = 60;
constexpr double oldest_to_act = 600;
constexpr double fold_to_look = 120;
constexpr double disk_hours_to_act = 2;
constexpr std::chrono::hours clock_jump_shown{1};

std::string sentence(std::string_view words) {
  std::string text(words);
  if (text.empty()) return text;
  if (text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 'a' + 'A');
  if (text.back() != '.') text += '.';
  return text;
}

std::string lasting(double seconds) {
  if (seconds < 120) return fmt::format("{:.0f} s", seconds);
  if (seconds < 7200) return fmt::format("{:.0f} min", seconds / 60);
  if (seconds < 72 * 3600) return fmt::format("{:.0f} h", std::floor(seconds / 3600));
  if (seconds < 366 * 86400) return fmt::format("{:.0f} days", std::floor(seconds / 86400));
  return "more than a year";
}

std::string duration_text(std::chrono::nanoseconds time) {
  const auto milliseconds = std::chrono::duration<double, std::milli>(time).count();
  return milliseconds < 1 ? "less than 1 ms" : fmt::format("{:.0f} ms", milliseconds);
}

std::string several(std::uint64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

/// "12 impressions, 1 click"; nothing where there are none.
std::string events_text(const event_totals& events, std::uint64_t more_shares = 0) {
  std::string text;
  for (const auto& [number, noun] :
       {std::pair{events.impressions, "impression"}, std::pair{events.clicks, "click"},
        std::pair{events.shares + more_shares, "share"}}) {
    if (number == 0) continue;
    if (!text.empty()) text += ", ";
    text += several(number, noun);
  }
  return text;
}

/// Gathers problems, in the order in which they hurt.
class judgement {
 public:
  judgement(const metrics_snapshot& numbers, std::string_view store_kind, std::span<const fleet_node> nodes)
      : numbers_(numbers), store_kind_(store_kind), nodes_(nodes) {}

  verdict take() {
    at_risk();
    disk();
    writing();
    reading();
    oldest();
    draining();
    connections();
    lost();
    folds();
    clock();
    fleet();
    std::ranges::stable_sort(found_.problems, std::greater(), &problem::level);
    if (found_.problems.empty()) {
      found_.words = all_is_well();
    } else {
      found_.state = found_.problems.front().level;
      found_.words = found_.problems.front().what;
      if (const auto others = found_.problems.size() - 1; others > 0)
        found_.words += fmt::format(" And {} more.", others);
    }
    return std::move(found_);
  }

 private:
  void add(urgency level, std::string what, std::string todo, std::string_view more) {
    found_.problems.push_back({level, std::move(what), std::move(todo), more});
  }

  void at_risk() {
    const std::string events = events_text(numbers_.journal.at_risk, numbers_.kept_shares.in_memory);
    if (events.empty()) return;
    add(urgency::act,
        fmt::format("{} would be lost by a crash: the journal cannot be written, so they are in memory only.",
                    events),
        "Make room on the disk of --data, or let buttond write there; do not restart it before that.",
        risk_anchor);
  }

  void disk() {
    const journal_numbers& journal = numbers_.journal;
    const fleet_node* const own = nodes_.empty() ? nullptr : &nodes_.front();
    if (journal.free_bytes == 0) {
      add(urgency::act,
          "The disk of --data has no room, or is gone: what is counted next would be in memory only.",
          "Make room on it, or mount it again.", disk_anchor);
    } else if (own != nullptr && own->disk_hours && *own->disk_hours < disk_hours_to_act) {
      add(urgency::act,
          fmt::format("Without the store, the disk of --data is full in {}.",
                      lasting(*own->disk_hours * 3600)),
          "Make room on it, or bring the store back: what is stored leaves the disk.", disk_anchor);
    }
    if (journal.errors > 0) {
      add(urgency::look,
          fmt::format("Files of the journal could not be read or written, {} since the start.",
                      several(journal.errors, "time")),
          "See the log: it names them, and what would do.", risk_anchor);
    }
  }

  /// With the words of the store, and the one by which the metrics call it.
  void failing(const store_failure& failure, std::string_view what, std::string_view effect,
               std::string_view anchor) {
    const store_cause cause = cause_of(failure.error);
    const bool wait = may_pass(cause) && failure.lasting < passing;
    const std::string_view todo = advice(failure.error, store_kind_);
    add(wait ? urgency::look : urgency::act,
        fmt::format("{} for {}: {} ({}). {}", what,
                    lasting(std::chrono::duration<double>(failure.lasting).count()), failure.error.message(),
                    store_cause_names[static_cast<std::size_t>(cause)], effect),
        sentence(todo.empty()
                     ? std::string_view("see the log for the store's own words, and run buttond check")
                     : todo),
        anchor);
  }

  void writing() {
    if (!numbers_.store.writing_fails) return;
    failing(*numbers_.store.writing_fails, "The store takes nothing", "What is counted waits in the journal.",
            store_anchor);
  }

  void reading() {
    if (!numbers_.store.reading_fails) return;
    failing(*numbers_.store.reading_fails, "The store does not answer",
            "Buttons show the last known counts, or none.", read_anchor);
  }

  void oldest() {
    const double age = numbers_.journal.oldest_seconds;
    if (age < oldest_to_look) return;
    add(age < oldest_to_act ? urgency::look : urgency::act,
        fmt::format("The oldest batch of counts has waited for the store for {}.", lasting(age)),
        "See that the store takes batches: the log and buttond check say why it does not.", store_anchor);
  }

  void draining() {
    if (!numbers_.draining) return;
    add(urgency::look, "This node is stopping: /readyz answers 503.",
        "Wait until it has handed over what it counted, or see who stops it.", button_anchor);
  }

  void connections() {
    const http::server_numbers& site = numbers_.site;
    if (site.connections_limit == 0 || site.connections < site.connections_limit) return;
    add(urgency::look,
        fmt::format("All {} connections are in use: for each new one an idle one is closed.",
                    site.connections_limit),
        "Raise --max-connections (and LimitNOFILE=), or add a node.", button_anchor);
  }

  void lost() {
    const std::string events = events_text(numbers_.journal.lost, numbers_.shares.lost);
    if (events.empty()) return;
    add(urgency::look, fmt::format("Lost since the start of this node: {}.", events),
        "See the log: it says which file could not be read, or why they had no room.", lost_anchor);
  }

  void folds() {
    const folder_numbers& folder = numbers_.folder;
    if (folder.gaps > 0) {
      add(urgency::look,
          fmt::format("{} in the database waited an hour for one before: a node's data directory is missing.",
                      folder.gaps == 1 ? "A batch" : fmt::format("{} batches", folder.gaps)),
          "Start a node on that directory; the log names the node.", growth_anchor);
    } else if (folder.oldest_seconds >= fold_to_look) {
      add(urgency::look,
          fmt::format("Batches in the database wait to be added to their links, the oldest for {}.",
                      lasting(folder.oldest_seconds)),
          "See that the database is not overloaded; any node that runs adds them.", growth_anchor);
    }
    if (folder.set_aside > 0) {
      add(urgency::look,
          fmt::format(
              "{} set aside in the store and counts nowhere.",
              folder.set_aside == 1 ? "1 document is" : fmt::format("{} documents are", folder.set_aside)),
          "Run buttond refused: it lists them, and counts them after all.", growth_anchor);
    }
  }

  void clock() {
    const auto& since = numbers_.journal.since_clock_jump;
    if (!since || *since >= clock_jump_shown) return;
    add(urgency::look,
        fmt::format("The clock of this machine jumped {} ago.",
                    lasting(std::chrono::duration<double>(*since).count())),
        "See that the time is right, and let NTP slew the clock.", clock_anchor);
  }

  void fleet() {
    std::set<std::string_view> versions;
    for (const fleet_node& each : nodes_) {
      if (!each.gone) {
        versions.insert(each.commit.empty() ? each.version : each.commit);
      } else if (each.state != stopped_state) {
        add(urgency::look,
            fmt::format("The node {} is gone: it said nothing since {} UTC.", shown(each), heard(each)),
            "See that machine; if it is not to come back, this goes a day after it went.", button_anchor);
      }
    }
    if (versions.size() > 1) {
      add(urgency::look, fmt::format("The nodes are of {} versions.", versions.size()),
          "Bring all of them to one version, unless you are at it.", button_anchor);
    }
  }

  static std::string shown(const fleet_node& node) { return node.host.empty() ? node.node : node.host; }

  static std::string heard(const fleet_node& node) {
    const auto text = utc_text(node.at);
    return text.substr(11, 5);
  }

  std::string all_is_well() const {
    std::string words =
        fmt::format("nothing at risk, oldest batch {:.0f} s", numbers_.journal.oldest_seconds);
    if (numbers_.store.last_read)
      words += fmt::format(", store answers in {}", duration_text(*numbers_.store.last_read));
    if (!nodes_.empty() && nodes_.front().disk_hours)
      words += fmt::format(", disk for {} without the store", lasting(*nodes_.front().disk_hours * 3600));
    return words;
  }

  const metrics_snapshot& numbers_;
  const std::string_view store_kind_;
  const std::span<const fleet_node> nodes_;
  verdict found_;
};

}  // namespace

verdict judge(const metrics_snapshot& numbers, std::string_view store_kind,
              std::span<const fleet_node> nodes) {
  return judgement(numbers, store_kind, nodes).take();
}

verdict judge_silence() {
  constexpr std::string_view what = "An event loop of this node does not answer.";
  return {urgency::act,
          std::string(what),
          {{urgency::act, std::string(what),
            "See whether the machine has a processor to spare (top -H); if a loop hangs, restart the node: "
            "what it "
            "counted is in the journal. And report it.",
            button_anchor}}};
}

std::span<const std::string_view> verdict_anchors() noexcept {
  return anchors;
}

}  // namespace buttond
