#include "button/handlers/bots/device_words.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <vector>

namespace buttond {
namespace {

constexpr std::string_view no_device = "compatible";

// Systems of telephones, tablets and television sets; what applications write beside a device's name.
constexpr auto device_names = std::to_array<std::string_view>(
    {"android", "andr0id", "adr ",    "linux;", "mobile;", "harmony", "tizen", "web0s", "smart-tv", "smarttv",
     "j2me",    "midp",    "opera m", "fban/",  "fbav/",   "fb_iab",  "fbdv/", "fbcr/", "dpi;",     "drm;"});

std::vector<sign> all_signs() {
  std::vector<sign> signs{{no_device, true}};
  std::transform(device_names.begin(), device_names.end(), std::back_inserter(signs),
                 [](std::string_view name) {
                   return sign{name, true};
                 });
  return signs;
}

}  // namespace

device_signs::device_signs() : index_(all_signs()) {}

bool device_signs::are_in(std::string_view brackets) const noexcept {
  bool device = false;
  const bool program = index_.any(brackets, [&device](std::size_t number, std::size_t) {
    if (number == 0) return true;
    device = true;
    return false;
  });
  return device && !program;
}

bool device_words::hold(std::size_t at) noexcept {
  while (at >= end_ && end_ < agent_.size()) read_next_brackets();
  return of_device_ && at >= begin_ && at < end_;
}

void device_words::read_next_brackets() noexcept {
  begin_ = std::min(agent_.find_first_of("([", end_), agent_.size());
  int open = 0;
  for (end_ = begin_; end_ < agent_.size();) {
    const char c = agent_[end_++];
    if (c == '(' || c == '[') ++open;
    if ((c == ')' || c == ']') && --open == 0) break;
  }
  of_device_ = signs_.are_in(agent_.substr(begin_, end_ - begin_));
}

}  // namespace buttond
