#include "button/make_policy.hpp"

#include "button/config/secret_file.hpp"
#include "common/error.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace buttond {
namespace {

constexpr std::size_t shortest_token = 16;

}  // namespace

std::string read_api_token(const std::filesystem::path& file) {
  if (file.empty()) return {};
  try {
    std::string token = read_secret(file);
    if (token.size() >= shortest_token && token.find_first_of(" \t") == std::string::npos) return token;
    throw startup_error(file.string() +
                        " must hold a token of at least 16 characters, without blanks; make one with: "
                        "openssl rand -hex 32");
  } catch (const startup_error& wrong) {
    throw startup_error(std::string("--api-token-file: ") + wrong.what());
  }
}

site_policy_ptr make_policy(const config& settings) {
  auto sites = site_list::read(settings.sites, settings.site_file, settings.blocked);
  if (!sites) throw startup_error(sites.error());
  const bool has_share_page = settings.composer_url.empty();
  return std::make_shared<const site_policy>(site_policy{
      .sites = std::move(*sites),
      .share = share_page(settings.places),
      .description =
          server_description(has_share_page ? choose_places(settings.places) : std::vector<place>()),
      .api_token = read_api_token(settings.api_token_file)});
}

}  // namespace buttond
