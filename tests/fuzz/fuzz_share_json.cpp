// Any bytes as the file of a share that waits: what is read is whole, and written again it is read alike and
// fits where it was.

#include "button/shares/share_json.hpp"
#include "tests/fuzz/require.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using buttond::require;
  const auto share = buttond::share_of_json({reinterpret_cast<const char*>(data), size});
  if (!share) {
    require(share.error() == buttond::errc::file_corrupt, "what is no share is told as such");
    return 0;
  }
  require(!share->key.empty() && !share->id.empty() && share->shares >= 1, "a share is whole");

  const auto text = buttond::share_as_json(*share);
  require(text.size() <= size, "a share written again is no longer");
  const auto again = buttond::share_of_json(text);
  require(again.has_value(), "a share that is written can be read");
  require(again->key == share->key && again->id == share->id && again->shares == share->shares,
          "a share written again is the same");
  return 0;
}
