#pragma once
// An event loop's io_context, as other threads see it: where tasks for the loop are posted. Shared between
// the loop and everybody who may have something to tell it, so it outlives the loop; what is posted while the
// loop does not run is refused.
// Thread-safe, but for context(), which is the loop's.

#include <boost/asio/io_context.hpp>

#include <functional>
#include <mutex>

namespace buttond::http {

class mailbox {
 public:
  using task = std::function<void()>;

  boost::asio::io_context& context() noexcept { return context_; }

  void open() noexcept;

  /// What was posted before is still run by whoever runs context().
  void close() noexcept;

  /// False where the box is not open: then `work` is as it was, and not called.
  bool post(task&& work);

 private:
  boost::asio::io_context context_{1};  // one thread runs it
  std::mutex mutex_;
  bool open_ = false;
};

}  // namespace buttond::http
