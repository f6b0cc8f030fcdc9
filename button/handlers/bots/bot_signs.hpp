#pragma once
// Tells programs that read pages from readers, by what they say of themselves in User-Agent: by the public
// list of robots (listed_bots.hpp), and by the few words that robots which nobody has listed use too.
// Immutable; any thread; owned by the filter. Allocates only when it is made.

#include "button/handlers/bots/device_words.hpp"
#include "button/handlers/bots/sign_index.hpp"

#include <cstddef>
#include <string_view>

namespace buttond {

class bot_signs {
 public:
  bot_signs();

  /// Whether `user_agent` names a crawler, a fetcher of link previews or feeds, a headless browser or a
  /// monitor. Empty is none: there are clients without a name. HTTP libraries and the image proxies of mail
  /// services are none either (readings.json): they fetch a button for somebody who looks at it. Linear in at
  /// most the first 512 bytes: about 100 ns for a browser's 120 bytes, a few microseconds for any.
  bool is_bot(std::string_view user_agent) const noexcept;

  /// What the robot calls itself, in `user_agent` as is_bot() takes it for one: a part of it (bot_name.hpp).
  std::string_view name_in(std::string_view user_agent) const noexcept;

  /// How many signs are looked at where the same three bytes stand, at most.
  std::size_t most_of_one_place() const noexcept { return index_.most_of_one_place(); }

 private:
  template <class Accepts>
  bool any_meant(std::string_view agent, Accepts accepts) const noexcept;

  sign_index index_;
  device_signs devices_;
};

}  // namespace buttond
