#include "button/handlers/admin_handler.hpp"
#include "button/handlers/metrics/metrics.hpp"
#include "button/http/response_writer.hpp"
#include "button/http/status.hpp"
#include "tests/unit/dashboard_rig.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <string>

using namespace buttond;
using namespace std::chrono_literals;

namespace {

constexpr wall_time some_time = std::chrono::sys_days(std::chrono::year{2026} / 3 / 1) + 4h + 5min + 6s;

std::string sent(std::uint16_t code) {
  http::response answer;
  answer.status = code;
  std::string output;
  append_response(output, answer, {}, http::date_line(some_time));
  return output;
}

/// What /metrics says of a request that no route answered, but with `code`.
std::string counted(std::uint16_t code) {
  metrics_snapshot snapshot;
  snapshot.loops.requests.count(code, 0, route_group::other, 1ms);
  return metrics_text(snapshot, {});
}

/// Sets the time zone of the process while it lives.
class time_zone {
 public:
  explicit time_zone(const char* zone) {
    if (const char* const now = std::getenv("TZ")) before_ = now;
    ::setenv("TZ", zone, 1);
    ::tzset();
  }
  ~time_zone() {
    if (before_)
      ::setenv("TZ", before_->c_str(), 1);
    else
      ::unsetenv("TZ");
    ::tzset();
  }
  time_zone(const time_zone&) = delete;
  time_zone& operator=(const time_zone&) = delete;

 private:
  std::optional<std::string> before_;
};

}  // namespace

TEST_CASE("Each status of the table is sent by its number", "[http]") {
  for (const http::status& each : http::statuses)
    CHECK(sent(each.code).starts_with("HTTP/1.1 " + std::to_string(each.code) + " "));
}

TEST_CASE("A version of HTTP that is not spoken here is counted as such", "[http]") {
  CHECK(sent(505).starts_with("HTTP/1.1 505 HTTP Version Not Supported\r\n"));
  CHECK(counted(505).find("{route=\"none\",code=\"505\"} 1\n") != std::string::npos);
}

TEST_CASE("A status that is not in the table is sent without a reason, and counted as any other", "[http]") {
  CHECK(sent(418).starts_with("HTTP/1.1 418 \r\nDate: "));
  CHECK(counted(418).find("{route=\"none\",code=\"other\"} 1\n") != std::string::npos);
}

TEST_CASE("The admin listener says why it refuses", "[http]") {
  const std::atomic<bool> draining{false};
  const admin_hosts hosts({});
  testing::dashboard_rig all;
  admin_handler handler([](const auto&) {}, draining, hosts, all.board);
  const auto refusal = [&](std::uint16_t code) {
    http::response out;
    handler.refuse(code, "why", out);
    CHECK(out.status == code);
    return out.body;
  };
  CHECK(refusal(400) == R"({"error":{"code":"bad_request","message":"why"}})");
  CHECK(refusal(408) == R"({"error":{"code":"request_timeout","message":"why"}})");
  CHECK(refusal(431) == R"({"error":{"code":"fields_too_large","message":"why"}})");
  CHECK(refusal(503) == R"({"error":{"code":"overloaded","message":"why"}})");
}

TEST_CASE("The date of an answer is in GMT, wherever the server stands", "[http]") {
  const time_zone tokyo("JST-9");
  CHECK(sent(200).find("\r\nDate: Sun, 01 Mar 2026 04:05:06 GMT\r\n") != std::string::npos);
}
