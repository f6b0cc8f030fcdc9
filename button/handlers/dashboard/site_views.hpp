#pragma once
// Answers whoever asks for the page of a site, or one of its tables: operators on the admin listener, and on
// the public one who has a link that was signed for the site. What it reads it reads on two threads of its
// own, so that no loop waits, and neither listener's readers hold up the rest of the dashboard. Owned by app;
// safe to use from any loop.

#include "button/dashboard/query_desk.hpp"
#include "button/handlers/dashboard/site_link_keeper.hpp"
#include "button/handlers/dashboard/site_page.hpp"
#include "button/handlers/dashboard/site_question.hpp"
#include "button/handlers/dashboard/site_reader.hpp"
#include "button/http/request_handler.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace buttond {

class site_views {
 public:
  /// `origin` as site_page takes it. Throws startup_error for a build without the pages.
  site_views(site_sources sources, std::string_view origin);

  void start() { desk_.start(); }

  /// Returns when what was begun is answered. Before what the sources name is gone.
  void stop() { desk_.stop(); }

  using answer_ptr = std::shared_ptr<http::deferred_answer>;

  /// On the admin listener. Answers what is wrong at once, and else returns what to wait for. Loop thread.
  answer_ptr answer_operator(const http::request& in, std::string& scratch, http::response& out);

  /// On the public listener: the page of the site that the link was signed for, while it is good. Whatever is
  /// wrong with the link costs no question to the store once the key is known. Loop thread.
  answer_ptr answer_shared(const http::request& in, std::string& scratch, http::response& out);

 private:
  using hand_over = std::function<void(desk_answer_ptr)>;

  desk_answer make(const site_question& asked, const site_door& door) const;
  desk_answer note(std::uint16_t status, bool is_shared, const site_note& what) const;
  desk_answer slow(bool is_shared, store_answer how) const;
  desk_answer busy(bool is_shared) const;
  desk_answer broken() const;

  void ask(const site_question& asked, const site_door& door, const hand_over& done);
  void ask_shared(const site_question& asked, std::int64_t until, const hand_over& done);
  void ask_once_key_is_known(const site_question& asked, std::int64_t until, const hand_over& done);
  bool ask_for_key(const hand_over& done);

  /// Nothing where the link is good.
  std::optional<desk_answer> refusal(const secret_key& key, const site_question& asked,
                                     std::int64_t until) const;

  const site_sources sources_;
  const site_page page_;
  site_link_keeper key_;
  query_desk desk_;  // last: its threads end before what they use
};

}  // namespace buttond
