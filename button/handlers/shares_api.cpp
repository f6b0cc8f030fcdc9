// POST /v1/shares: the main application reports shares, with its bearer token. One report or an array of
// them, {"url":"..","id":"..","shares":1}. Answered once stored: {"counted":N,"repeated":M}.

#include "button/handlers/deferred.hpp"
#include "button/handlers/handlers.hpp"
#include "button/handlers/json_answers.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_to.hpp>
#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace buttond {
namespace {

constexpr std::size_t max_id_bytes = 128;
constexpr std::size_t max_reports = 1'000;
constexpr std::int64_t max_shares = 1'000'000'000;

/// In constant time, and without telling the length of the token.
bool is_token(std::string_view given, std::string_view token) {
  std::array<unsigned char, crypto_generichash_BYTES> a;
  std::array<unsigned char, crypto_generichash_BYTES> b;
  const auto hash = [](std::string_view text, auto& into) {
    crypto_generichash(into.data(), into.size(), reinterpret_cast<const unsigned char*>(text.data()),
                       text.size(), nullptr, 0);
  };
  hash(given, a);
  hash(token, b);
  return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view bearer(std::string_view authorization) {
  constexpr std::string_view scheme = "bearer ";
  if (authorization.size() < scheme.size()) return {};
  for (std::size_t i = 0; i < scheme.size(); ++i) {
    if ((authorization[i] | 0x20) != scheme[i]) return {};
  }
  authorization.remove_prefix(scheme.size());
  while (authorization.starts_with(' ')) authorization.remove_prefix(1);
  return authorization;
}

/// The report in `value`, or what is wrong with it.
std::variant<share_report, std::string> read_report(const boost::json::value& value, const key_rules& rules) {
  const auto* fields = value.if_object();
  if (!fields) return "a report is an object: {\"url\":\"..\",\"id\":\"..\",\"shares\":1}";
  const auto* url = fields->if_contains("url");
  if (!url || !url->is_string()) return "\"url\" must be the shared page's URL";
  const auto* id = fields->if_contains("id");
  if (!id || !id->is_string() || id->get_string().empty() || id->get_string().size() > max_id_bytes) {
    return "\"id\" must name the share in 1 to 128 bytes, so that a second report of it is not counted";
  }
  share_report report;
  report.id = id->get_string();
  if (const auto* shares = fields->if_contains("shares")) {
    const auto number = boost::json::try_value_to<std::int64_t>(*shares);
    if (!number || *number < 1 || *number > max_shares)
      return "\"shares\" must be a whole number from 1 to 1000000000";
    report.shares = *number;
  }
  key_buffer buffer;
  const auto key = make_key(std::string_view(url->get_string()), rules, buffer);
  if (!key) return "\"url\": " + key.error().message();
  report.key = *key;
  return report;
}

/// Whether one link has more of them than the store remembers: sent again, the first ones would count again.
bool too_many_of_a_link(const std::vector<share_report>& reports) {
  std::unordered_map<std::string_view, std::int64_t> of_link;
  return std::ranges::any_of(
      reports, [&](const share_report& report) { return ++of_link[report.key] > recent_shares_kept; });
}

// Longer than any of the store's own timeouts, so that it is the store that gives up.
constexpr std::chrono::seconds patience{60};

void answer_recorded(const std::optional<result<shares_recorded>>& recorded, http::response& out) {
  if (!recorded || !*recorded) {
    answer_error(out, 503, "store_unavailable",
                 "the store did not acknowledge the shares; report them again with the same ids");
    out.field("Retry-After", "5");
    return;
  }
  const shares_recorded& numbers = **recorded;
  out.static_fields = json_no_store_fields;
  out.body = fmt::format("{{\"counted\":{},\"repeated\":{}}}", numbers.counted, numbers.repeated);
}

}  // namespace

bool may_report_shares(const handler_settings& settings, const http::request& in, http::response& out) {
  if (settings.api_token.empty()) {
    answer_error(out, 403, "no_token", "this server takes no reports: start it with --api-token-file");
    return false;
  }
  if (!is_token(bearer(in.authorization), settings.api_token)) {
    answer_error(out, 401, "unauthorized", "send the token of --api-token-file as Authorization: Bearer");
    out.field("WWW-Authenticate", "Bearer");
    return false;
  }
  return true;
}

deferred_ptr record_shares(loop_context& loop, const http::request& in, http::response& out) {
  const handler_settings& settings = loop.shared.settings;
  if (!may_report_shares(settings, in, out)) return nullptr;
  error_code error;
  const boost::json::value body = boost::json::parse(in.body, error);
  if (error) {
    answer_error(out, 400, "bad_json", "the body is not JSON: " + error.message());
    return nullptr;
  }
  const auto* array = body.if_array();
  const std::size_t size = array ? array->size() : 1;
  if (size == 0 || size > max_reports) {
    answer_error(out, 400, "bad_report", "send 1 to 1000 reports at a time");
    return nullptr;
  }
  std::vector<share_report> reports;
  reports.reserve(size);
  for (std::size_t i = 0; i < size; ++i) {
    auto report = read_report(array ? (*array)[i] : body, settings.rules);
    if (const auto* wrong = std::get_if<std::string>(&report)) {
      answer_error(out, 400, "bad_report", fmt::format("report {}: {}; none was counted", i + 1, *wrong));
      return nullptr;
    }
    reports.push_back(std::get<share_report>(std::move(report)));
  }
  if (too_many_of_a_link(reports)) {
    answer_error(
        out, 413, "too_many_reports",
        fmt::format("send at most {} reports of one link at a time, the next ones after the answer; none "
                    "was counted",
                    recent_shares_kept));
    return nullptr;
  }
  auto record = [&recorder = loop.shared.shares, reports = std::move(reports)](auto done) mutable {
    recorder.record(std::move(reports), std::move(done));
  };
  return std::make_shared<deferred<result<shares_recorded>>>(patience, std::move(record), answer_recorded);
}

}  // namespace buttond
