// POST /v1/shares: the main application reports shares, with its bearer token (share_reports.hpp has the
// body). Answered once stored: {"counted":N,"repeated":M}.

#include "button/handlers/deferred.hpp"
#include "button/handlers/handlers.hpp"
#include "button/handlers/json_answers.hpp"
#include "button/handlers/share_reports.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace buttond {
namespace {

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

bool may_report_shares(const site_policy& policy, const http::request& in, http::response& out) {
  if (policy.api_token.empty()) {
    answer_error(out, 403, "no_token", "this server takes no reports: start it with --api-token-file");
    return false;
  }
  if (!is_token(bearer(in.authorization), policy.api_token)) {
    answer_error(out, 401, "unauthorized", "send the token of --api-token-file as Authorization: Bearer");
    out.field("WWW-Authenticate", "Bearer");
    return false;
  }
  return true;
}

deferred_ptr record_shares(loop_context& loop, const http::request& in, http::response& out) {
  if (!may_report_shares(*loop.policy, in, out)) return nullptr;
  auto reports = read_share_reports(in.body, loop.shared.settings.rules);
  if (const auto* refused = std::get_if<refused_reports>(&reports)) {
    loop.refused += refused->links;
    answer_error(out, refused->status, refused->code, refused->message);
    return nullptr;
  }
  auto record = [&recorder = loop.shared.shares,
                 reports = std::get<std::vector<share_report>>(std::move(reports))](auto done) mutable {
    recorder.record(std::move(reports), std::move(done));
  };
  return std::make_shared<deferred<result<shares_recorded>>>(patience, std::move(record), answer_recorded);
}

}  // namespace buttond
