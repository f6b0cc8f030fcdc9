#include "button/http/mailbox.hpp"

#include <sys/eventfd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace buttond::http {

mailbox::mailbox() : signal_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!signal_) throw std::system_error(errno, std::generic_category(), "eventfd");
}

void mailbox::open() noexcept {
  const std::lock_guard lock(mutex_);
  open_ = true;
}

bool mailbox::close_if_empty() noexcept {
  const std::lock_guard lock(mutex_);
  open_ = !tasks_.empty();
  return !open_;
}

bool mailbox::post(task&& work) {
  const std::lock_guard lock(mutex_);
  if (!open_) return false;
  tasks_.push_back(std::move(work));
  // One signal for many tasks. The write fails only for a counter at its end, which is readable as well.
  if (tasks_.size() == 1) {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(signal_.get(), &one, sizeof(one));
  }
  return true;
}

void mailbox::take(std::vector<task>& into) {
  std::uint64_t count = 0;
  const std::lock_guard lock(mutex_);
  [[maybe_unused]] const auto taken = ::read(signal_.get(), &count, sizeof(count));
  into.swap(tasks_);
}

}  // namespace buttond::http
