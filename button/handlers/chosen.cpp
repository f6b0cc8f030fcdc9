// POST /v1/chosen: a reader followed a direct link to a place, as a bar of such links has them in its page,
// and the page's loader tells it. One share, counted as one of /add/to is, but that its id is the page's own,
// or made here where it has none: it need not be signed, so nothing but the rate bounds how many there are.

#include "button/handlers/handlers.hpp"
#include "button/handlers/json_answers.hpp"
#include "button/handlers/pages/site_pages.hpp"
#include "button/handlers/read_query.hpp"
#include "button/handlers/recorded_share.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace buttond {
namespace {

constexpr std::size_t most_id_bytes = 64;

bool is_id(std::string_view id) noexcept {
  constexpr std::string_view known = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return !id.empty() && id.size() <= most_id_bytes && id.find_first_not_of(known) == id.npos;
}

/// As a signed id of the share page never is: those have no "~".
std::string id_of_share(std::string_view id, std::string_view place) {
  return std::string("~").append(id).append("-").append(place);
}

}  // namespace

deferred_ptr record_choice(loop_context& loop, const http::request& in, http::response& out) {
  std::string_view url;
  std::string_view place;
  std::optional<std::string_view> id;
  read_query(in, loop.scratch.query, [&](std::string_view name, std::string_view value) {
    if (name == "url" && url.empty()) url = value;
    if (name == "place") place = value;
    if (name == "id") id = value;
  });
  key_buffer buffer;
  const requested_link link = make_link(url, loop, buffer);
  if (loop.shared.pages.composer) {
    answer_error(out, 404, "no_such_place",
                 "this server has no share page: its dialog is another application's");
  } else if (loop.policy->share.find(place) == nullptr) {
    answer_error(out, 400, "no_such_place", "say which place was chosen with ?place=; /v1/server lists them");
  } else if (id && !is_id(*id)) {
    answer_error(out, 400, "bad_id",
                 "?id= is 1 to 64 letters, digits, dots, - and _, drawn at random for each choice; without "
                 "it one is drawn here");
  } else if (link.key.empty()) {
    count_refused(loop, in, {&link, 1});
    if (url.empty())
      answer_error(out, 400, "url_missing", "say which page was shared with ?url=");
    else
      answer_error(out, 400, "url_invalid", link.error.message());
  } else {
    out.status = 204;
    out.static_fields = BUTTOND_EMBED_FIELDS "Cache-Control: no-store\r\n";
    if (!counts_share(loop, in, link, loop.shared.filter.of_script(in, loop.bots))) return nullptr;
    const std::string own = id ? std::string(*id) : loop.shared.ids.make(link.key);
    share_report report{std::string(link.key), id_of_share(own, place), 1};
    return std::make_shared<recorded_share>(loop.shared.shares, std::move(report), out, loop.policy);
  }
  return nullptr;
}

}  // namespace buttond
