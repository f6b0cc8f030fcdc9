#include "button/handlers/dashboard/site_views.hpp"

#include "button/handlers/dashboard/csv_text.hpp"
#include "button/handlers/dashboard/site_csv.hpp"
#include "button/handlers/dashboard/site_numbers.hpp"
#include "button/handlers/deferred.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>

namespace buttond {
namespace {

using namespace std::chrono_literals;

constexpr auto html_type = "text/html; charset=utf-8";
constexpr std::chrono::milliseconds fresh = 5s;
constexpr std::chrono::milliseconds patience = site_reading_time + desk_patience;
constexpr std::string_view again_after = "10";  // seconds
constexpr std::chrono::days clocks_differ{1};   // of whoever makes a link, and of a node
constexpr std::size_t signature_characters = 32;

constexpr desk_limits limits{
    .threads = 2, .questions = 64, .takers = 1'024, .kept_bytes = std::size_t{4} << 20};

/// As it was signed: digits alone, and no spelling but one.
std::optional<std::int64_t> seconds_of(std::string_view text) {
  std::int64_t seconds = 0;
  const char* const end = text.data() + text.size();
  const auto [read_to, error] = std::from_chars(text.data(), end, seconds);
  const bool plain = !text.empty() && text.front() >= '1' && text.front() <= '9';
  if (!plain || error != std::errc() || read_to != end) return std::nullopt;
  return seconds;
}

void give(const desk_answer& made, http::response& out) {
  out.status = made.status;
  out.static_fields = site_page_fields;
  out.field("Content-Type", made.content_type);
  if (!made.file_name.empty())
    out.field("Content-Disposition", fmt::format("attachment; filename=\"{}\"", made.file_name));
  if (made.status == 503) out.field("Retry-After", again_after);
  out.body = made.body;
}

}  // namespace

site_views::site_views(site_sources sources, std::string_view origin)
    : sources_(std::move(sources)),
      page_(origin),
      key_(sources_.store, sources_.time),
      desk_(sources_.time, limits) {}

desk_answer site_views::note(std::uint16_t status, bool is_shared, const site_note& what) const {
  desk_answer made{.status = status, .content_type = html_type, .body = {}};
  page_.render(what, is_shared, made.body);
  return made;
}

desk_answer site_views::slow(bool is_shared, store_answer how) const {
  return note(
      503, is_shared,
      {.title = how == store_answer::away ? "The store does not answer" : "The store is slow",
       .what =
           "The numbers of this page are in a store that gave no answer in time. Nothing is lost: buttons "
           "are served and counted meanwhile.",
       .todo = "Try again in a minute."});
}

desk_answer site_views::busy(bool is_shared) const {
  return note(503, is_shared,
              {.title = "Too many ask at once",
               .what = "This page is read from a store, by a few at a time.",
               .todo = "Try again in some seconds."});
}

desk_answer site_views::broken() const {
  return note(
      403, true,
      {.title = "This link is not good",
       .what = "It was changed on its way, or made with a key that this server does not use any more.",
       .todo = fmt::format("Copy it again, the whole of it; or ask whoever runs {} for another.",
                           page_.server())});
}

desk_answer site_views::make(const site_question& asked, const site_door& door) const {
  const site_facts facts = read_site(asked, sources_);
  const store_answer how =
      std::max(facts.days_read, asked.table == site_table::links ? facts.links_read : store_answer::ok);
  if (how != store_answer::ok) return slow(door.is_shared, how);
  if (asked.table != site_table::none) {
    return {.content_type = std::string(csv_content_type),
            .body = site_csv(facts, asked.table),
            .file_name = site_csv_name(facts, asked.table)};
  }
  desk_answer made{.content_type = html_type, .body = {}};
  page_.render(facts, door, made.body);
  return made;
}

void site_views::ask(const site_question& asked, const site_door& door, const hand_over& done) {
  const std::string name = fmt::format("{}|{}|{}|{}|{}", asked.site, asked.range.name, name_of(asked.table),
                                       door.until, door.signature);
  const bool taken = desk_.ask(
      name, fresh, [this, asked, door] { return make(asked, door); }, done);
  if (!taken) done(std::make_shared<const desk_answer>(busy(door.is_shared)));
}

site_views::answer_ptr site_views::answer_operator(const http::request& in, std::string& scratch,
                                                   http::response& out) {
  std::string why;
  auto asked = read_site_question(in, scratch, why);
  if (!asked) {
    give(note(400, false, {.title = "No such page", .what = why + ".", .todo = {}}), out);
    return nullptr;
  }
  if (in.path.ends_with(".csv") && asked->table == site_table::none) asked->table = site_table::days;
  return std::make_shared<deferred<desk_answer_ptr>>(
      patience, [this, asked = std::move(*asked)](const hand_over& done) { ask(asked, {}, done); },
      [this](const std::optional<desk_answer_ptr>& made, http::response& to) {
        give(made ? **made : slow(false, store_answer::slow), to);
      });
}

bool site_views::ask_for_key(const hand_over& done) {
  return desk_.ask(
      "key", fresh,
      [this]() -> desk_answer {
        const auto read = key_.read();
        if (read || key_.key()) return {};
        return slow(true, answer_of(read.error()));
      },
      done);
}

std::optional<desk_answer> site_views::refusal(const secret_key& key, const site_question& asked,
                                               std::int64_t until) const {
  if (!is_site_link_signature(asked.signature, key, asked.site, until)) return broken();
  const std::chrono::sys_seconds end{std::chrono::seconds(until)};
  if (end > sources_.time.wall()) return std::nullopt;
  return note(410, true,
              {.title = "This link has ended",
               .what = fmt::format("It opened the page of {} until {}.", asked.site, utc_minute(end)),
               .todo = fmt::format("Ask whoever runs {} for another, which is made by: buttond stats-link {}",
                                   page_.server(), asked.site)});
}

site_views::answer_ptr site_views::answer_shared(const http::request& in, std::string& scratch,
                                                 http::response& out) {
  const auto incomplete = [&](std::string_view what) {
    give(note(400, true,
              {.title = "This link is not complete",
               .what = std::string(what),
               .todo = "Copy it again, the whole of it: some programs break long addresses."}),
         out);
    return nullptr;
  };
  std::string why;
  auto asked = read_site_question(in, scratch, why);
  if (!asked) return incomplete(why + ".");
  const auto until = seconds_of(asked->until);
  if (!until) return incomplete("It does not say until when it is good.");
  if (asked->signature.size() != signature_characters) return incomplete("Its signature is not a whole one.");
  const auto latest = sources_.time.wall() + longest_site_link + clocks_differ;
  if (*until > std::chrono::floor<std::chrono::seconds>(latest.time_since_epoch()).count()) {
    give(broken(), out);
    return nullptr;
  }
  const auto key = key_.key();
  if (key) {
    if (key_.due()) ask_for_key([](const desk_answer_ptr&) {});
    if (const auto refused = refusal(*key, *asked, *until)) {
      give(*refused, out);
      return nullptr;
    }
  }
  return std::make_shared<deferred<desk_answer_ptr>>(
      key ? patience : patience + desk_patience,
      [this, asked = std::move(*asked), until = *until, known = key.has_value()](const hand_over& done) {
        if (known)
          ask_shared(asked, until, done);
        else
          ask_once_key_is_known(asked, until, done);
      },
      [this](const std::optional<desk_answer_ptr>& made, http::response& to) {
        give(made ? **made : slow(true, store_answer::slow), to);
      });
}

void site_views::ask_shared(const site_question& asked, std::int64_t until, const hand_over& done) {
  ask(asked, {.is_shared = true, .until = until, .signature = asked.signature}, done);
}

void site_views::ask_once_key_is_known(const site_question& asked, std::int64_t until,
                                       const hand_over& done) {
  const bool taken = ask_for_key([this, asked, until, done](const desk_answer_ptr& unknown) {
    const auto key = key_.key();
    if (!key) return done(unknown);
    if (auto refused = refusal(*key, asked, until))
      return done(std::make_shared<const desk_answer>(std::move(*refused)));
    ask_shared(asked, until, done);
  });
  if (!taken) done(std::make_shared<const desk_answer>(busy(true)));
}

}  // namespace buttond
