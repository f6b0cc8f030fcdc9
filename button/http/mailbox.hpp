#pragma once
// Tasks for an event loop from other threads. Shared between the loop and everybody who may have something
// to tell it, so it outlives the loop; what is posted after the loop ended is refused.
// Thread-safe.

#include "button/http/unique_fd.hpp"

#include <functional>
#include <mutex>
#include <vector>

namespace buttond::http {

class mailbox {
 public:
  using task = std::function<void()>;

  /// Throws std::system_error without a descriptor.
  mailbox();

  /// Readable while there is something in the box; for the loop's epoll.
  int descriptor() const noexcept { return signal_.get(); }

  void open() noexcept;

  /// Closes an empty box; false where there is something in it still.
  bool close_if_empty() noexcept;

  /// False, and `work` is not called, where the box is not open.
  bool post(task&& work);

  /// What was posted since the last call, into `into`, which must be empty.
  void take(std::vector<task>& into);

 private:
  unique_fd signal_;
  std::mutex mutex_;
  bool open_ = false;
  std::vector<task> tasks_;
};

}  // namespace buttond::http
