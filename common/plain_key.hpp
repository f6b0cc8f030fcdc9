#pragma once
// The key of an everyday URL. Beside key_maker, which makes it too, it saves 0.04 us of CPU: 0.7 % of a hit
// of one link, 6 % of a hit of ten (`bench/run plain_paths`). It knows no error: whatever is not plain is
// key_maker's to judge, and of what is plain both have one key (tests/fuzz/fuzz_url_key.cpp). Belongs to
// url_key. No state: any thread.

#include <string_view>

namespace buttond {

/// The key of `url`, which is a part of it, where no rule writes anything in another way: "http://" or
/// "https://", perhaps "www.", a public host name in small letters, perhaps a path without escapes, and
/// nothing after it. Empty where that is not so, or cannot be seen at a glance.
std::string_view plain_key(std::string_view url) noexcept;

}  // namespace buttond
