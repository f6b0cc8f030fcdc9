#include "common/tracking_parameters.hpp"

#include "common/ascii.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace buttond {
namespace {

// Lower case, sorted; a '*' at the end stands for anything. What two of these public lists strip on every
// site is stripped here, and of a vendor's family of names, of which two of them know some, the whole. A
// letter stands for each list that has the name or one of the family:
//
//   A  AdGuard URL Tracking filter 2.0.13.20, 2026-03-20: the rules for every site
//   B  Brave's query filter (brave/adblock-lists, query-filter.json), 2026-08-21: the same
//   C  ClearURLs (data.min.json), 2025-07-29: globalRules, as patterns
//   F  Firefox: StripOnShare.json and what privacy.query_stripping.strip_list is set to, read 2026-11-26
//
// "-" and a single letter: of the vendors' own documents of how they decorate links. What a newer list would
// change, tests/tracking_parameters shows.
constexpr std::array<std::string_view, 76> names = {
    "__hsfp",              // ABCF HubSpot
    "__hssc",              // ABCF HubSpot
    "__hstc",              // ABCF HubSpot
    "_bhlid",              // AB   beehiiv
    "_branch_*",           // AB   Branch
    "_bta_c",              // -    Bronto
    "_bta_tid",            // -    Bronto
    "_ga",                 // AC   Google Analytics, cross-domain
    "_gac",                // -    Google Analytics, cross-domain
    "_gl",                 // ABC  Google Analytics, cross-domain linker
    "_hsenc",              // ABCF HubSpot mail
    "_hsmi",               // A    HubSpot mail
    "_ke",                 // -    Klaviyo
    "_kx",                 // -    Klaviyo
    "_openstat",           // ABCF Yandex OpenStat
    "action_object_map",   // AC   Facebook
    "action_ref_map",      // AC   Facebook
    "action_type_map",     // AC   Facebook
    "at_recipient_id",     // AB   Piano (AT Internet)
    "at_recipient_list",   // AB   Piano (AT Internet)
    "bsft_*",              // AB   Blueshift
    "cmpid",               // AC   campaigns of many
    "dclid",               // ABCF Google Display & Video 360
    "dm_i",                // -    dotdigital
    "ef_id",               // -    Adobe Advertising
    "epik",                // -    Pinterest
    "fb_action_ids",       // ABC  Facebook
    "fb_action_types",     // AC   Facebook
    "fb_comment_id",       // AB   Facebook
    "fb_ref",              // AC   Facebook
    "fb_source",           // AC   Facebook
    "fbclid",              // ABCF Facebook
    "gad_campaignid",      // A    Google Ads
    "gad_source",          // A    Google Ads
    "gbraid",              // AF   Google Ads, iOS
    "gclid",               // ABCF Google Ads
    "gclsrc",              // A    Google Ads
    "guce_*",              // AB   Yahoo
    "hsa_*",               // AF   HubSpot ads
    "hsctatracking",       // ABCF HubSpot
    "igsh",                // -    Instagram
    "igshid",              // F    Instagram
    "irclickid",           // AB   Impact
    "itm_*",               // AC   Parse.ly, internal campaigns
    "li_fat_id",           // -    LinkedIn
    "matomo_*",            // -    Matomo
    "mc_cid",              // AC   Mailchimp
    "mc_eid",              // ABCF Mailchimp
    "mkt_tok",             // AC   Adobe Marketo
    "ml_subscriber",       // ABCF MailerLite
    "ml_subscriber_hash",  // ABCF MailerLite
    "msclkid",             // ABCF Microsoft Advertising
    "mtm_*",               // ABC  Matomo
    "oft_*",               // BF   Omeda
    "oly_*",               // ABCF Omeda
    "piwik_*",             // -    Matomo
    "pk_*",                // AB   Matomo
    "rb_clickid",          // ABCF Rebrandly
    "s_cid",               // ABCF Adobe Analytics
    "s_kwcid",             // -    Adobe Advertising
    "sms_click",           // AB   Attentive
    "sms_source",          // AB   Attentive
    "sms_uph",             // AB   Attentive
    "srsltid",             // ABC  Google Merchant Center
    "sscid",               // A    ShareASale
    "ttclid",              // AB   TikTok
    "twclid",              // ABCF X
    "unicorn_click_id",    // AB   adjust
    "utm_*",               // ACF  Urchin, Google Analytics and everybody since
    "vero_*",              // ABCF Vero
    "wbraid",              // ABF  Google Ads, iOS
    "wickedid",            // ABCF Wicked Reports
    "wt_mc",               // AC   Mapp (Webtrekk)
    "yclid",               // ABCF Yandex Direct
    "ymid",                // AF   Zeydoo
    "ysclid",              // AB   Yandex
};

// What such a list has, or people ask for, and what names content on some site: two pages counted as one is
// worse than one page counted as two. The script does not propose them, and the table must not have them.
constexpr auto exceptions = std::to_array<std::string_view>({
    "__s",       // BCF: Drip; timetables of universities (UnivIS) have their pages under it
    "cid",       // a vendor's click, or a category's number
    "clickid",   // A, beside another name only: ours cannot tell
    "mc",        // C, "[a-z]?mc": a shop's page too
    "ref",       // C, as an advertiser's reference; a branch in code, a document's number
    "referrer",  // C, the same; where a login leads back to
    "s",         // a search's words, X's way of sharing
    "si",        // B, on YouTube only: elsewhere an item's or a section's number
    "source",    // a feed's name in a reader of feeds
    "tag",       // an affiliate's name, or the tag that a page lists
    "utm",       // C, without anything after it: a map's coordinates (UTM)
    "var",       // F: a product's variant
});

constexpr bool is_family(std::string_view known) noexcept {
  return known.ends_with('*');
}

/// A family's common beginning, or a name.
constexpr std::string_view text_of(std::string_view known) noexcept {
  return is_family(known) ? known.substr(0, known.size() - 1) : known;
}

static_assert(std::ranges::is_sorted(names, {}, text_of));

constexpr bool is_known(std::string_view name, std::span<const std::string_view> among) noexcept {
  return std::ranges::any_of(among, [&](std::string_view known) {
    return is_family(known) ? name.starts_with(text_of(known)) : name == known;
  });
}

static_assert(std::ranges::none_of(exceptions, [](std::string_view name) { return is_known(name, names); }));
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

}  // namespace

bool is_tracking_parameter(std::string_view name) noexcept {
  if (name.empty()) return false;
  const index_range range = by_first_letter[static_cast<unsigned char>(ascii_lower(name.front()))];
  if (range.begin == range.end) return false;

  // One more than the longest, so that a longer name is not cut down to a known one.
  std::array<char, longest + 1> text;
  const std::string_view head = name.substr(0, text.size());
  std::ranges::transform(head, text.begin(), ascii_lower);
  return is_known({text.data(), head.size()}, {names.begin() + range.begin, names.begin() + range.end});
}

}  // namespace buttond
