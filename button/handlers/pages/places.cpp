#include "button/handlers/pages/places.hpp"

#include "common/error.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace buttond {
namespace {

constexpr std::array places{
    place{"mastodon", "Mastodon", "#595aff", "https://{server}/share?text={text}%20{url}",
          "M12 2.5c5 0 8.5 2 8.5 7v3.5c0 4-3 5.3-6.8 5.7l-4.2.1c.1 1.7 3 1.9 5.3 1.3l.2 1.7c-6.3 "
          "1.4-9.5-.8-10.5-4.3C3.7 15 3.5 13 3.5 11V9.5c0-5 3.5-7 8.5-7ZM7 8.8v5.7h2V9c0-2 2.2-2 "
          "2.2.2v2.6h1.6V9.2c0-2."
          "200 2.2-2.2 2.2-.2v5.5h2V8.8c0-3.3-3.7-3.8-5-1.6-1.3-2.2-5-1.7-5 1.6Z"},
    place{
        "bluesky", "Bluesky", "#0a6fdc", "https://bsky.app/intent/compose?text={text}%20{url}",
        "M6.3 4.2C8.6 5.9 11 9.3 12 11.2c1-1.9 3.4-5.3 5.7-7C19.3 3 22 2 22 5.2c0 .6-.4 5.3-.6 "
        "6.1-.7 2.6-3.4 3.3-5.7 2.9 4.1.7 5.1 3 2.9 5.3-4.2 4.4-6.1-1.1-6.6-2.5-.5 1.4-2.4 6.9-6.6 2.5-2.2-2."
        "300-1.2-4.6 2.9-5.3-2.3.4-5-.3-5.7-2.9C2.4 10.5 2 5.8 2 5.2 2 2 4.7 3 6.3 4.2Z"},
    place{"x", "X", "#17181c", "https://x.com/intent/post?text={text}&url={url}&via={via}",
          "M4 3h4.7l4 5.6L17.5 3H20l-6.2 7.2L21 21h-4.7l-4.4-6.2L6.5 21H4l6.7-7.8Zm2.9 1.6 10.2 14.8h1.2L8 "
          "4.6Z"},
    place{"linkedin", "LinkedIn", "#0a66c2", "https://www.linkedin.com/sharing/share-offsite/?url={url}",
          "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2ZM6.5 "
          "10v7.5h2.3V10Zm0-3.5v2.3h2.3V6.5Zm4.2 3.5v7.5H13v-4c0-2.3 2.7-2.2 2.7 "
          "0v4H18v-4.6c0-3.6-3.8-4-5-1.8V10Z"},
    place{"facebook", "Facebook", "#0866ff", "https://www.facebook.com/sharer/sharer.php?u={url}",
          "M13.5 21.5v-8.2h2.8l.5-3.3h-3.3V7.9c0-1 .4-1.6 1.7-1.6H17V3.4C16.5 3.3 15.7 3.2 14.8 3.2c-2.6 "
          "0-4.4 1.6-4.4 4.3V10H7.5v3.3h2.9v8.2Z"},
    place{"reddit", "Reddit", "#e03c00", "https://www.reddit.com/submit?url={url}&title={text}",
          "M12 8.5c5 0 9 2.6 9 6s-4 6-9 6-9-2.6-9-6 4-6 9-6ZM8.5 12a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3Zm7 "
          "0a1.5 "
          "1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3ZM8 16.7c2 2.1 6 2.1 8 0l-.8-.8c-1.7 1.5-4.7 1.5-6.4 0ZM11.5 "
          "8l1.2-5 3.8.9-.3 "
          "1.2-2.6-.6L12.8 8Z"},
    place{"hackernews", "Hacker News", "#d9570a", "https://news.ycombinator.com/submitlink?u={url}&t={text}",
          "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2Zm2.2 4 3.8 "
          "6.6V18h2v-4.4L16.8 "
          "7h-2.1L12 11.9 9.3 7Z"},
    place{"whatsapp", "WhatsApp", "#128c4b", "https://wa.me/?text={text}%20{url}",
          "M12 3a9 9 0 1 1-4.3 16.9L3 21l1.2-4.6A9 9 0 0 1 12 3ZM9 7.5c-.6 0-1.5.8-1.5 2 0 2.5 4 6.8 7 6.8 "
          "1.2 0 "
          "2.2-.8 2.2-1.8 0-.5-2-1.6-2.5-1.6-.4 0-.8 1-1.2 1-.8 0-3-2-3-2.8 0-.4.8-.7.8-1.2 "
          "0-.4-.9-2.4-1.8-2.4Z"},
    place{"telegram", "Telegram", "#1b86c4", "https://t.me/share/url?url={url}&text={text}",
          "M21.5 3.5 2.5 11l5.6 2L18 6.8l-7.6 7.6-.3 5 2.8-2.9 4.7 3.5Z"},
    place{"email", "E-mail", "#5a5d6b", "mailto:?subject={text}&body={url}",
          "M4.5 5h15A1.5 1.5 0 0 1 21 6.5v11a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 17.5v-11A1.5 1.5 0 0 "
          "1 4.5 "
          "5Zm1.3 2 6.2 4.9L18.2 7ZM5 8.9V17h14V8.9l-7 5.5Z"},
    place{"copy", "Copy link", "#5a5d6b", "",
          "M9.5 3h9A1.5 1.5 0 0 1 20 4.5v10a1.5 1.5 0 0 1-1.5 1.5H16v3.5a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 "
          "0 1 4 "
          "19.5v-10A1.5 1.5 0 0 1 5.5 8H8V4.5A1.5 1.5 0 0 1 9.5 3ZM10 5v9h8V5ZM6 10v9h8v-3H9.5A1.5 1.5 0 0 1 "
          "8 14.5V10Z"},
    place{"system", "More", "#5a5d6b", "",
          "M12 2l5 5-1.4 1.4L13 5.8V15h-2V5.8L8.4 8.4 7 7ZM6 10h2.5v2H7v8h10v-8h-1.5v-2H18a1 1 0 0 1 1 "
          "1v10a1 1 0 0 "
          "1-1 1H6a1 1 0 0 1-1-1V11a1 1 0 0 1 1-1Z"},
};

}  // namespace

std::span<const place> all_places() noexcept {
  return places;
}

std::vector<place> choose_places(const std::vector<std::string>& ids) {
  if (ids.empty()) return {places.begin(), places.end()};
  std::vector<place> chosen;
  for (const std::string& id : ids) {
    const auto* const found = std::ranges::find(places, std::string_view(id), &place::id);
    if (found == places.end()) {
      std::vector<std::string_view> known;
      for (const place& each : places) known.push_back(each.id);
      throw startup_error(
          fmt::format("there is no place \"{}\"; choose from {}", id, fmt::join(known, ", ")));
    }
    chosen.push_back(*found);
  }
  return chosen;
}

}  // namespace buttond
