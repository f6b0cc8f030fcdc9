#pragma once
// From links to their counts: at once from the cache, or after a bounded wait for the loader. Loop thread
// only.

#include "button/handlers/links.hpp"
#include "button/handlers/loop_context.hpp"
#include "button/http/request_handler.hpp"
#include "common/clock.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace buttond {

/// The shares of links, in their order, as far as the cache has them.
struct found_counts {
  std::span<const share_count> shares;  // in the loop's scratch
  bool complete;                        // no link that counts is missing
};

/// Looks for `links`, of which there are max_links at most, and asks the loader to refresh what was stale
/// when the request was `received`.
found_counts look_up(loop_context& loop, monotonic_time received, link_span links);

/// Waits for the links that are missing, for --miss-wait at most, then renders what is known.
class deferred_counts final : public http::deferred_answer {
 public:
  using renderer = std::function<void(std::span<const share_count>, http::response&)>;

  /// Copies what it needs of `links` and of what was `found` of them.
  deferred_counts(const services& shared, monotonic_time received, link_span links,
                  std::span<const share_count> found, renderer render);

  void start(std::function<void()> wake) override;
  std::chrono::milliseconds patience() const noexcept override;
  void finish(http::response& out) override;

 private:
  struct missing_link {
    std::size_t index;
    buttond::fingerprint fingerprint;
    std::string key;
  };

  const services& shared_;
  const monotonic_time received_;
  std::vector<share_count> shares_;
  std::vector<missing_link> missing_;
  renderer render_;
};

/// Answers `in` with the shares of `links`. `Renderer` has
/// `void operator()(std::span<const share_count>, http::response&) const`, and where it points into the
/// request an `owned()`, which returns one that does not.
template <class Renderer>
std::shared_ptr<http::deferred_answer> with_counts(loop_context& loop, const http::request& in,
                                                   link_span links, const Renderer& render,
                                                   http::response& out) {
  const found_counts found = look_up(loop, in.received, links);
  if (found.complete) {
    render(found.shares, out);
    return nullptr;
  }
  const auto owned = [&render] {
    if constexpr (requires { render.owned(); })
      return render.owned();
    else
      return render;
  };
  return std::make_shared<deferred_counts>(loop.shared, in.received, links, found.shares, owned());
}

}  // namespace buttond
