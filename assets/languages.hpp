#pragma once
// The languages that our pages are written in, and which of them a reader gets. They are the files of words/,
// linked into the binary by link_assets.py. Thread-safe: constant data.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace buttond {

struct language_word {
  std::string_view name;  // "copy_link"
  std::string_view text;  // "Copy link"
};

struct language {
  std::string_view tag;                  // "pt-BR" (RFC 5646)
  std::string_view direction;            // "ltr" or "rtl"
  std::span<const language_word> words;  // sorted by name; each language has the same ones
};

/// All of them. The first one is for whoever asks for none of them.
std::span<const language> languages() noexcept;

/// Which of languages() an Accept-Language field prefers (RFC 4647 section 3.4: "de-AT" is served by "de").
/// Looks at the first 32 preferences at most.
std::size_t choose_language(std::string_view accept_language) noexcept;

/// The word `name`. Throws startup_error where there is none: look it up when starting, not per request.
std::string_view word_of(const language& of, std::string_view name);

/// The fields of an answer that is written in `of` because its reader prefers that.
std::string language_fields(const language& of);

}  // namespace buttond
