#pragma once
// The button as a page of its own, for an iframe. Its body holds `<span id="buffer_count">N</span>` byte for
// byte, because that is what the clients of the Buffer button look for.

#include "button/handlers/pages/button_look.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace buttond {

class frame_page {
 public:
  /// Looks up its style and script among the linked assets; throws startup_error where they are missing.
  frame_page();

  /// Appends the page; its script reports an impression once what look.unseen marks is shown. Without a count
  /// (not known at the moment) the span holds 0, and nothing is shown.
  void render(const button_look<std::string_view>& look, std::optional<std::int64_t> count,
              std::string& out) const;

  /// Content-Type, Content-Security-Policy and what else every such page is sent with.
  std::string_view fields() const noexcept { return fields_; }

 private:
  std::string head_;
  std::string tail_;
  std::string fields_;
};

}  // namespace buttond
