// What a connection keeps of the memory and the places that all share, and how it gives them back.
#include "button/http/connection.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <utility>

namespace buttond::http {
namespace {

/// Of the heap.
std::size_t allocated(const std::string& text) noexcept {
  static const std::size_t within = std::string().capacity();
  return text.capacity() > within ? text.capacity() + 1 : 0;
}

}  // namespace

/// Tells the loop what it keeps. False where it is to end, for that reason or another.
bool connection::may_go_on() {
  const std::size_t keeps = allocated(unread_) + allocated(unsent_);
  if (keeps != kept_bytes_) {
    const bool more = keeps > kept_bytes_;
    loop_.keeps(keeps - kept_bytes_);
    kept_bytes_ = keeps;
    if (more) loop_.make_memory();
  }
  if (given_up_) loop_.discard_output();
  return !given_up_;
}

connection::quiet connection::how_quiet(monotonic_time now) const noexcept {
  constexpr std::chrono::seconds patience{1};
  if (given_up_ || admission_ != admission::counted) return quiet::no;
  const limits& limit = loop_.server.limit;
  if (waiting_for_ == waiting_for::input && phase_ == phase::idle) {
    const auto grace = received_ == connected_ ? limit.first_grace : limit.idle_grace;
    return now - received_ >= grace ? quiet::idle : quiet::no;
  }
  if (waiting_for_ == waiting_for::input && phase_ == phase::receiving)
    return now - (deadline_ - limit.header_timeout) >= patience ? quiet::stalled : quiet::no;
  if (waiting_for_ == waiting_for::room && phase_ == phase::writing)
    return now - (deadline_ - limit.write_timeout) >= patience ? quiet::stalled : quiet::no;
  return quiet::no;
}

address_bytes connection::peer_address() const noexcept {
  address_bytes address{};
  sockaddr_storage connected{};
  socklen_t length = sizeof(connected);
  if (peer_) {
    address = *peer_;
  } else if (::getpeername(socket_.get(), reinterpret_cast<sockaddr*>(&connected), &length) == 0) {
    address = address_of(connected).value_or(address);
  }
  if (!ipv4_of(address)) std::fill(address.begin() + 8, address.end(), std::uint8_t{0});
  return address;
}

void connection::give_up() noexcept {
  given_up_ = true;
  std::string().swap(unread_);
  std::string().swap(unsent_);
  loop_.keeps(std::size_t{0} - std::exchange(kept_bytes_, 0));
  ::shutdown(socket_.get(), SHUT_RDWR);  // of which the loop is told, and resumes it
}

void connection::give_place() noexcept {
  admission_ = admission::replaced;
  give_up();
}

}  // namespace buttond::http
