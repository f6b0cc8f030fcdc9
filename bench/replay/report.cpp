#include "bench/replay/report.hpp"

#include "common/error.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>

namespace buttond::replay {

namespace json = boost::json;

namespace {

struct percentile {
  const char* name;
  double percent;
};
constexpr std::array<percentile, 6> percentiles{
    {{"p50", 50}, {"p90", 90}, {"p99", 99}, {"p99.9", 99.9}, {"p99.99", 99.99}, {"max", 100}}};

double microseconds(std::chrono::nanoseconds time) {
  return static_cast<double>(time.count()) / 1000;
}

std::string readable(std::chrono::nanoseconds time) {
  const double us = microseconds(time);
  if (us < 1000) return fmt::format("{:.0f} us", us);
  if (us < 1'000'000) return fmt::format("{:.2f} ms", us / 1000);
  return fmt::format("{:.2f} s", us / 1'000'000);
}

double per_answer(std::chrono::duration<double> time, const totals& ours) {
  return ours.answered == 0 ? 0 : time.count() * 1e6 / static_cast<double>(ours.answered);
}

std::string books_text(const totals& ours, const outcome& o) {
  const std::uint64_t accepted = o.after->accepted - o.before->accepted;
  const std::uint64_t filtered = o.after->filtered - o.before->filtered;
  std::string text = fmt::format("books        server accepted {}, acknowledged {}, unsure {}: {}\n",
                                 accepted, ours.acknowledged_impressions, ours.unsure_impressions,
                                 books_agree(ours, o) ? "they agree" : "THEY DIFFER");
  if (filtered != 0) {
    text += fmt::format("             and it filtered {} (reasons: buttond_impressions_filtered_total)\n",
                        filtered);
  }
  return text;
}

}  // namespace

bool books_agree(const totals& ours, const outcome& o) {
  if (!o.before || !o.after) return true;
  const std::uint64_t accepted = o.after->accepted - o.before->accepted;
  return accepted >= ours.acknowledged_impressions &&
         accepted <= ours.acknowledged_impressions + ours.unsure_impressions;
}

std::string summary_text(const totals& ours, const outcome& o) {
  const double seconds = o.went.elapsed.count();
  std::string text = fmt::format("requests     {} answered in {:.2f} s, {:.0f} a second\n", ours.answered,
                                 seconds, static_cast<double>(ours.answered) / seconds);
  text += fmt::format("errors       {} refused (status 400 and above), {} unanswered\n", ours.refused,
                      ours.unanswered);
  text += fmt::format("connections  {} opened, {} broken{}\n", o.went.connections_opened,
                      o.went.connections_broken,
                      o.went.last_error.empty() ? "" : " (last: " + o.went.last_error + ")");
  text += "latency     ";
  for (const auto& [name, percent] : percentiles) {
    text += fmt::format(" {} {}{}", name, readable(ours.latency.at(percent)), percent < 100 ? "," : "\n");
  }
  text += fmt::format("own CPU      {:.2f} s user, {:.2f} s system, {:.2f} us an answer\n",
                      o.cpu_user.count(), o.cpu_system.count(), per_answer(o.cpu_user + o.cpu_system, ours));
  if (o.before && o.after) text += books_text(ours, o);
  if (o.went.interrupted) text += "interrupted before its end\n";
  return text;
}

std::string summary_json(const totals& ours, const outcome& o) {
  json::object latency;
  for (const auto& [name, percent] : percentiles) latency[name] = microseconds(ours.latency.at(percent));
  json::object all{{"seconds", o.went.elapsed.count()},
                   {"sent", ours.sent},
                   {"answered", ours.answered},
                   {"unanswered", ours.unanswered},
                   {"refused", ours.refused},
                   {"requests_per_second", static_cast<double>(ours.answered) / o.went.elapsed.count()},
                   {"connections_opened", o.went.connections_opened},
                   {"connections_broken", o.went.connections_broken},
                   {"last_error", o.went.last_error},
                   {"interrupted", o.went.interrupted},
                   {"latency_us", latency},
                   {"acknowledged_impressions", ours.acknowledged_impressions},
                   {"unsure_impressions", ours.unsure_impressions},
                   {"cpu_user_seconds", o.cpu_user.count()},
                   {"cpu_system_seconds", o.cpu_system.count()}};
  if (o.before && o.after) {
    all["books"] = json::object{{"accepted", o.after->accepted - o.before->accepted},
                                {"filtered", o.after->filtered - o.before->filtered},
                                {"seen", o.after->seen - o.before->seen},
                                {"agree", books_agree(ours, o)}};
  }
  return json::serialize(all) + "\n";
}

void write_expectations(const std::string& path, const links& source, std::span<const link_books> books) {
  std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> by_key;
  for (std::uint32_t link = 0; link < books.size(); ++link) {
    if (books[link].acknowledged == 0 && books[link].unsure == 0) continue;
    auto& [impressions, unsure] = by_key[source.key(link)];
    impressions += books[link].acknowledged;
    unsure += books[link].unsure;
  }
  std::ofstream file(path, std::ios::trunc);
  for (const auto& [key, counts] : by_key) {
    file << json::serialize(
                json::object{{"key", key}, {"impressions", counts.first}, {"unsure", counts.second}})
         << '\n';
  }
  file.close();
  if (!file) throw startup_error(fmt::format("cannot write {}: {}", path, std::strerror(errno)));
}

}  // namespace buttond::replay
