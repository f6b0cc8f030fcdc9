#include "button/handlers/pages/page_template.hpp"

#include "assets/assets.hpp"
#include "button/handlers/pages/escape.hpp"
#include "common/error.hpp"

#include <fmt/format.h>

namespace buttond {

void set(page_data& into, const char* name, std::string_view value) {
  into.set(name, std::string(value));
}

page_data linked_file(std::string_view name) {
  const asset_address& address = address_of(name);
  page_data at;
  set(at, "path", address.path);
  set(at, "integrity", address.integrity);
  return at;
}

page_template::page_template(std::string_view name) : template_(std::string(text_of(name).content)) {
  if (!template_.is_valid()) {
    throw startup_error(
        fmt::format("the page {} of this build is broken: {}", name, template_.error_message()));
  }
  template_.set_custom_escape([](const std::string& text) {
    std::string escaped;
    append_escaped(escaped, text);
    return escaped;
  });
}

void page_template::render(const page_data& values, std::string& out) const {
  template_.render(values, [&out](const std::string& part) { out += part; });
}

}  // namespace buttond
