#include "common/tracking_parameters.hpp"

#include "common/ascii.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace buttond {
namespace {

// Lower case, sorted; a '*' at the end stands for anything. Only names that a vendor owns: a generic one
// ("ref", "source", "s", "si", "tag") names content on some site, and two pages counted as one is worse than
// one page counted as two.
//
// Sources: the vendors' documentation of link decoration, and the names that browsers strip (Firefox "query
// stripping", Brave "query filter", Safari "link tracking protection").
constexpr std::array<std::string_view, 60> names = {
    "__hsfp",              // HubSpot
    "__hssc",              // HubSpot
    "__hstc",              // HubSpot
    "_branch_match_id",    // Branch
    "_bta_c",              // Bronto
    "_bta_tid",            // Bronto
    "_ga",                 // Google Analytics, cross-domain
    "_gac",                // Google Analytics, cross-domain
    "_gl",                 // Google Analytics, cross-domain linker
    "_hsenc",              // HubSpot mail
    "_hsmi",               // HubSpot mail
    "_ke",                 // Klaviyo
    "_kx",                 // Klaviyo
    "_openstat",           // Yandex OpenStat
    "dclid",               // Google Display & Video 360
    "dm_i",                // dotdigital
    "ef_id",               // Adobe Advertising
    "epik",                // Pinterest
    "fb_action_ids",       // Facebook
    "fb_action_types",     // Facebook
    "fb_ref",              // Facebook
    "fb_source",           // Facebook
    "fbclid",              // Facebook
    "gad_campaignid",      // Google Ads
    "gad_source",          // Google Ads
    "gbraid",              // Google Ads, iOS
    "gclid",               // Google Ads
    "gclsrc",              // Google Ads
    "hsa_*",               // HubSpot ads
    "hsctatracking",       // HubSpot
    "igsh",                // Instagram
    "igshid",              // Instagram
    "irclickid",           // Impact
    "li_fat_id",           // LinkedIn
    "mc_cid",              // Mailchimp
    "mc_eid",              // Mailchimp
    "mkt_tok",             // Adobe Marketo
    "ml_subscriber",       // MailerLite
    "ml_subscriber_hash",  // MailerLite
    "msclkid",             // Microsoft Advertising
    "mtm_*",               // Matomo
    "oft_id",              // Omeda
    "oly_anon_id",         // Omeda
    "oly_enc_id",          // Omeda
    "piwik_campaign",      // Matomo
    "pk_campaign",         // Matomo
    "pk_kwd",              // Matomo
    "rb_clickid",          // Rebrandly
    "s_kwcid",             // Adobe Advertising
    "srsltid",             // Google Merchant Center
    "sscid",               // ShareASale
    "ttclid",              // TikTok
    "twclid",              // X
    "utm_*",               // Urchin, Google Analytics and everybody since
    "vero_conv",           // Vero
    "vero_id",             // Vero
    "wbraid",              // Google Ads, iOS
    "wickedid",            // Wicked Reports
    "yclid",               // Yandex Direct
    "ysclid",              // Yandex
};
static_assert(std::ranges::is_sorted(names));

constexpr std::size_t longest = std::ranges::max(names, {}, &std::string_view::size).size();

// Where in `names` those with one first letter are.
struct index_range {
  std::uint8_t begin = 0;
  std::uint8_t end = 0;
};

constexpr std::array<index_range, 256> by_first_letter = [] {
  std::array<index_range, 256> index{};
  for (std::size_t i = 0; i < names.size(); ++i) {
    index_range& range = index[static_cast<unsigned char>(names[i].front())];
    if (range.end == 0) range.begin = static_cast<std::uint8_t>(i);
    range.end = static_cast<std::uint8_t>(i + 1);
  }
  return index;
}();

/// Both in lower case.
bool matches(std::string_view name, std::string_view known) noexcept {
  return known.back() == '*' ? name.starts_with(known.substr(0, known.size() - 1)) : name == known;
}

}  // namespace

bool is_tracking_parameter(std::string_view name) noexcept {
  if (name.empty()) return false;
  const index_range range = by_first_letter[static_cast<unsigned char>(ascii_lower(name.front()))];
  if (range.begin == range.end) return false;

  // One more than the longest, so that a longer name is not cut down to a known one.
  std::array<char, longest + 1> text;
  const std::string_view head = name.substr(0, text.size());
  std::ranges::transform(head, text.begin(), ascii_lower);
  const std::string_view lowered(text.data(), head.size());
  return std::any_of(names.begin() + range.begin, names.begin() + range.end,
                     [&](std::string_view known) { return matches(lowered, known); });
}

}  // namespace buttond
