#pragma once
// Tells programs that read pages from readers, by what they say of themselves in User-Agent. No state; any
// thread. Costs less than 100 ns for a browser's 120 bytes (tests/unit/filter_test.cpp has the agents it
// knows).

#include <string_view>

namespace buttond {

/// Whether `user_agent` names a crawler, a fetcher of link previews or feeds, a headless browser or a
/// monitor. Empty is none: there are clients without a name. HTTP libraries and the image proxies of mail
/// services are none either: they fetch a button for somebody who looks at it. Linear in at most the first
/// 512 bytes.
bool is_bot(std::string_view user_agent) noexcept;

}  // namespace buttond
