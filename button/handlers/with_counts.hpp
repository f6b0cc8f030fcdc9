#pragma once
// From links to their counts: at once from the cache, or after a bounded wait for the loader. Loop thread
// only.

#include "button/handlers/links.hpp"
#include "button/handlers/loop_context.hpp"
#include "button/http/request_handler.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace buttond {

/// Fills in the shares of `context.links` from the cache, and asks the loader to refresh what is stale. Says
/// whether no link is missing.
bool look_up(loop_context& context);

/// Waits for the links of a request that are missing, then answers it.
class deferred_counts : public http::deferred_answer {
 public:
  /// Copies what it needs of `context.links`.
  explicit deferred_counts(loop_context& context);

  void start(std::function<void()> wake) final;
  std::chrono::milliseconds patience() const noexcept final;
  void finish(http::response& out) final;

 protected:
  virtual void render(std::span<const share_count> shares, http::response& out) = 0;

 private:
  struct missing_link {
    std::size_t index;
    buttond::fingerprint fingerprint;
    std::string key;
  };

  loop_context& context_;
  std::vector<share_count> shares_;
  std::vector<missing_link> missing_;
};

/// Answers with the shares of `context.links`. `Renderer` has
/// `void operator()(std::span<const share_count>, http::response&) const` and `owned()`, which returns a
/// renderer that does not point into the request.
template <class Renderer>
std::shared_ptr<http::deferred_answer> with_counts(loop_context& context, const Renderer& renderer,
                                                   http::response& out) {
  if (look_up(context)) {
    renderer(context.links.shares(), out);
    return nullptr;
  }
  using owned_renderer = decltype(renderer.owned());
  class deferred final : public deferred_counts {
   public:
    deferred(loop_context& of, owned_renderer later) : deferred_counts(of), later_(std::move(later)) {}

   private:
    void render(std::span<const share_count> shares, http::response& to) override { later_(shares, to); }

    owned_renderer later_;
  };
  return std::make_shared<deferred>(context, renderer.owned());
}

}  // namespace buttond
