// Any bytes as requests: no crash, nothing read beyond them, and the quick reader of plain heads sees what
// Beast sees.

#include "button/http/request_origin.hpp"
#include "button/http/request_parser.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/unit/same_request.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace buttond::http;
  using buttond::require;
  std::string_view input(reinterpret_cast<const char*>(data), size);
  const limits limit{.target_bytes = 512, .header_bytes = 1024, .body_bytes = 64};
  for (;;) {
    const read_request quick = read_quickly(input, limit);
    require(quick == read_by_beast(input, limit), "a request has one meaning");
    if (quick.outcome.is != parsed::state::complete) return 0;
    has_foreign_origin(quick.in);
    require(quick.outcome.size > 0 && quick.outcome.size <= input.size(), "a request is a part of its input");
    input.remove_prefix(quick.outcome.size);
  }
}
