#include "button/make_policy.hpp"

#include "common/error.hpp"
#include "common/file.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace buttond {
namespace {

constexpr std::size_t shortest_token = 16;
constexpr std::size_t longest_token = 4096;

std::string read_token(const std::filesystem::path& file) {
  if (file.empty()) return {};
  auto token = read_file(file, longest_token + 1);
  if (!token) {
    throw startup_error("--api-token-file: " + file.string() + " cannot be read: " + token.error().message());
  }
  token->erase(token->find_last_not_of(" \t\r\n") + 1);
  if (token->size() < shortest_token || token->size() > longest_token ||
      token->find_first_of(" \t\r\n") != std::string::npos) {
    throw startup_error(
        "--api-token-file: " + file.string() +
        " must hold one token of at least 16 characters; make one with: openssl rand -hex 32");
  }
  return std::move(*token);
}

}  // namespace

site_policy_ptr make_policy(const config& settings) {
  auto sites = site_list::read(settings.sites, settings.site_file);
  if (!sites) throw startup_error(sites.error());
  const bool has_share_page = settings.composer_url.empty();
  return std::make_shared<const site_policy>(site_policy{
      .sites = std::move(*sites),
      .share = share_page(settings.places),
      .description =
          server_description(has_share_page ? choose_places(settings.places) : std::vector<place>()),
      .api_token = read_token(settings.api_token_file)});
}

}  // namespace buttond
