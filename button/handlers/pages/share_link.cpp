#include "button/handlers/pages/share_link.hpp"

#include "button/handlers/pages/escape.hpp"

#include <array>
#include <utility>

namespace buttond {

std::string share_link(std::string_view path, const shared_page& page) {
  std::string link(path);
  const std::array<std::pair<std::string_view, std::string_view>, 5> parameters{{{"server", page.server},
                                                                                 {"url", page.url},
                                                                                 {"text", page.text},
                                                                                 {"via", page.via},
                                                                                 {"picture", page.picture}}};
  for (const auto& [name, value] : parameters) {
    if (value.empty()) continue;
    link.append("&").append(name).append("=");
    append_component(link, value);
  }
  return link;
}

}  // namespace buttond
