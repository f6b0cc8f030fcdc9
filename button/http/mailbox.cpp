#include "button/http/mailbox.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace buttond::http {

void mailbox::open() noexcept {
  const std::lock_guard lock(mutex_);
  open_ = true;
}

void mailbox::close() noexcept {
  const std::lock_guard lock(mutex_);
  open_ = false;
}

bool mailbox::post(task&& work) {
  const std::lock_guard lock(mutex_);
  if (!open_) return false;
  boost::asio::post(context_, std::move(work));
  return true;
}

}  // namespace buttond::http
