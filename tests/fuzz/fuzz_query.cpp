// Any bytes as a query: no crash, nothing written outside the scratch, and no byte read twice.

#include "common/query.hpp"
#include "tests/fuzz/require.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using buttond::require;
  const std::string_view query(reinterpret_cast<const char*>(data), size);
  std::vector<char> scratch(size);

  buttond::query_reader reader(query, scratch);
  buttond::query_parameter parameter;
  std::size_t text_size = 0;
  std::vector<std::string> copies;
  std::vector<buttond::query_parameter> parameters;
  while (reader.next(parameter)) {
    text_size += parameter.name.size() + parameter.value.size();
    require(text_size <= size, "decoding makes nothing longer");
    parameters.push_back(parameter);
    copies.emplace_back(parameter.name);
    copies.emplace_back(parameter.value);
  }
  for (std::size_t i = 0; i < parameters.size(); ++i)
    require(parameters[i].name == copies[2 * i] && parameters[i].value == copies[2 * i + 1],
            "a parameter lasts as long as the scratch");
  return 0;
}
