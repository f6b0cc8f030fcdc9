#include "button/config/contradictions.hpp"

#include "button/config/environment.hpp"
#include "button/config/machine.hpp"
#include "button/config/secret_file.hpp"
#include "button/http/listen_address.hpp"
#include "common/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <thread>

namespace buttond {
namespace {

class search {
 public:
  search(const config& settings, const given_values& given) : settings_(settings), given_(given) {}

  contradictions run() && {
    check_addresses();
    check_memory();
    check_threads();
    check_times();
    check_without_effect();
    check_store_file();
    return std::move(found_);
  }

 private:
  bool is_given(std::string_view flag) const { return given_.contains(flag); }

  /// As its place calls it: "--epoch", "BUTTOND_EPOCH", "/etc/buttond/buttond.toml:7: epoch".
  std::string name(std::string_view flag) const {
    const auto found = given_.find(flag);
    return found == given_.end() ? fmt::format("--{}", flag) : found->second.label;
  }

  template <class... Parts>
  void warn(fmt::format_string<Parts...> text, Parts&&... parts) {
    found_.warnings.push_back(fmt::format(text, std::forward<Parts>(parts)...));
  }

  struct listener {
    std::string flag;
    std::string text;
    http::listen_address address;
  };

  void check_addresses() {
    std::vector<listener> listeners;
    const auto add = [&](const std::string& flag, const std::string& text) {
      try {
        listeners.push_back({flag, text, http::parse_listen_address(text)});
      } catch (const startup_error&) {
        return;  // it was said already
      }
    };
    // Sockets that are handed in replace the default.
    if (settings_.listen_given || environment_value("LISTEN_FDS") == nullptr) {
      for (const std::string& each : settings_.listen) add("listen", each);
    }
    if (settings_.admin != "off") add("admin", settings_.admin);
    if (!settings_.probes.empty()) add("probes", settings_.probes);
    for (std::size_t i = 0; i < listeners.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) refuse_overlap(listeners[j], listeners[i]);
      if (listeners[i].flag == "admin" && http::is_public(listeners[i].address)) {
        warn(
            "{}: whoever reaches {} reads /metrics; take 127.0.0.1, a private address or a unix: socket, or "
            "keep "
            "strangers away by a firewall",
            name("admin"), listeners[i].text);
      }
    }
  }

  void refuse_overlap(const listener& a, const listener& b) {
    if (!http::overlap(a.address, b.address)) return;
    // The one that somebody gave is the one to change.
    const bool first = is_given(a.flag) && !is_given(b.flag);
    const listener& wrong = first ? a : b;
    const listener& other = first ? b : a;
    found_.problems.emplace_back(
        wrong.flag, fmt::format("{}: {} is taken by --{} {}; give each its own address", name(wrong.flag),
                                wrong.text, other.flag, other.text));
  }

  void check_memory() {
    const memory_room room = memory_of_process();
    const auto check = [&](std::string_view flag, std::size_t bytes) {
      if (bytes <= room.bytes) return true;
      const auto half = std::max<std::size_t>(room.bytes / 2 >> 20, 1);
      const auto text = fmt::format("{}: {} is more than the {}MiB of memory of {}; {}MiB would do",
                                    name(flag), format_bytes(bytes), room.bytes >> 20, room.of, half);
      if (is_given(flag))
        found_.problems.emplace_back(flag, text);
      else
        found_.warnings.push_back(text);
      return false;
    };
    const bool cache_fits = check("cache-bytes", settings_.cache_bytes);
    const bool waiting_fits = check("max-waiting-bytes", settings_.limit.waiting_bytes);
    if (cache_fits && waiting_fits &&
        settings_.cache_bytes + settings_.limit.waiting_bytes > room.bytes / 5 * 4) {
      warn(
          "{} and --max-waiting-bytes may take {}MiB of the {}MiB of memory of {}; leave a fifth for the "
          "rest",
          name("cache-bytes"), (settings_.cache_bytes + settings_.limit.waiting_bytes) >> 20,
          room.bytes >> 20, room.of);
    }
  }

  void check_threads() {
    const std::size_t cores = std::thread::hardware_concurrency();
    if (cores == 0 || settings_.threads <= cores) return;
    warn("{}: {} event loops on {} cores are slower than {}", name("threads"), settings_.threads, cores,
         cores);
  }

  void check_times() {
    // As deploy/buttond.service has it.
    constexpr std::chrono::seconds until_killed{90};
    const auto stopping = settings_.drain_delay + settings_.flush_deadline;
    if (environment_value("NOTIFY_SOCKET") != nullptr && stopping >= until_killed) {
      warn(
          "{} and --flush-deadline are {} together; TimeoutStopSec= must be more, or systemd kills what is "
          "not "
          "done",
          name("drain-delay"), format_duration(stopping));
    }
    const auto& limit = settings_.limit;
    const std::size_t longest = limit.target_bytes + limit.header_bytes + limit.body_bytes;
    if (limit.waiting_bytes < longest) {
      warn(
          "{}: {} is less than one request may have (--max-target-bytes, --max-header-bytes and "
          "--max-body-bytes: {})",
          name("max-waiting-bytes"), format_bytes(limit.waiting_bytes), format_bytes(longest));
    }
  }

  void check_without_effect() {
    if (is_given("admin-host") && settings_.admin == "off")
      warn("{} has no effect: --admin is off", name("admin-host"));
    if (is_given("place") && !settings_.composer_url.empty())
      warn("{} has no effect: readers get --composer-url, not the share page", name("place"));
    if (is_given("fold") && settings_.store.starts_with("sqlite:"))
      warn("{} has no effect: the store is SQLite, which folds at once", name("fold"));
    const auto trusted = given_.find("trusted-proxy");
    if (trusted == given_.end()) return;
    for (const std::string& each : trusted->second.texts) {
      if (each.ends_with("/0"))
        warn("{}: with {} every client says itself which address it has", trusted->second.label, each);
    }
  }

  void check_store_file() {
    if (settings_.store_file.empty()) return;
    const std::string why = readable_by_others(settings_.store_file);
    if (!why.empty()) warn("{}: {}", name("store-file"), why);
  }

  const config& settings_;
  const given_values& given_;
  contradictions found_;
};

}  // namespace

contradictions find_contradictions(const config& settings, const given_values& given) {
  return search(settings, given).run();
}

}  // namespace buttond
