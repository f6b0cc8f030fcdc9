#include "button/dashboard/query_desk.hpp"

#include "common/background_thread.hpp"

#include <condition_variable>
#include <deque>
#include <list>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace buttond {
namespace {

/// What an answer takes beside its texts: the nodes of the containers, and the object.
constexpr std::size_t answer_overhead = 256;

}  // namespace

struct query_desk::impl {
  /// A question that waits or is being answered.
  struct question {
    maker make;
    std::vector<taker> takers;
  };

  struct kept_answer {
    std::string name;
    desk_answer_ptr answer;
    monotonic_time made;
    std::size_t bytes;
  };
  using kept_list = std::list<kept_answer>;  // the oldest first

  impl(const clock& of, const desk_limits& limits) : time(of), limit(limits) {}

  void work();
  void keep(const std::string& name, desk_answer_ptr answer);
  void forget(kept_list::iterator which);

  const clock& time;
  const desk_limits limit;

  mutable std::mutex mutex;
  std::condition_variable asked;
  bool stopping = false;
  std::unordered_map<std::string, question> open;
  std::deque<std::string> waiting;  // names of those in `open` that nobody has begun
  kept_list kept;
  std::unordered_map<std::string, kept_list::iterator> kept_by_name;
  std::size_t kept_bytes = 0;
  std::vector<std::thread> threads;
};

void query_desk::impl::work() {
  std::unique_lock lock(mutex);
  while (true) {
    asked.wait(lock, [&] { return stopping || !waiting.empty(); });
    if (stopping) return;
    const std::string name = std::move(waiting.front());
    waiting.pop_front();
    const maker make = std::move(open.at(name).make);
    lock.unlock();
    const auto answer = std::make_shared<const desk_answer>(make());
    lock.lock();
    const auto takers = std::move(open.at(name).takers);
    open.erase(name);
    keep(name, answer);
    lock.unlock();
    for (const taker& done : takers) done(answer);
    lock.lock();
  }
}

void query_desk::impl::keep(const std::string& name, desk_answer_ptr answer) {
  if (const auto before = kept_by_name.find(name); before != kept_by_name.end()) forget(before->second);
  const std::size_t bytes = 2 * name.size() + answer->body.size() + answer_overhead;
  if (bytes > limit.kept_bytes) return;
  while (kept_bytes + bytes > limit.kept_bytes) forget(kept.begin());
  kept.push_back({name, std::move(answer), time.monotonic(), bytes});
  kept_by_name.emplace(name, std::prev(kept.end()));
  kept_bytes += bytes;
}

void query_desk::impl::forget(kept_list::iterator which) {
  kept_bytes -= which->bytes;
  kept_by_name.erase(which->name);
  kept.erase(which);
}

query_desk::query_desk(const clock& time, const desk_limits& limits)
    : impl_(std::make_unique<impl>(time, limits)) {}

query_desk::~query_desk() {
  stop();
}

void query_desk::start() {
  for (std::size_t i = 0; i < impl_->limit.threads; ++i) {
    impl_->threads.push_back(
        background_thread("desk", thread_priority::far_behind_loops, [of = impl_.get()] { of->work(); }));
  }
}

void query_desk::stop() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->asked.notify_all();
  for (std::thread& each : impl_->threads) each.join();
  impl_->threads.clear();
}

bool query_desk::ask(const std::string& name, std::chrono::milliseconds fresh, maker make, taker done) {
  desk_answer_ptr answer;
  {
    const std::lock_guard lock(impl_->mutex);
    const auto kept = impl_->kept_by_name.find(name);
    if (kept != impl_->kept_by_name.end() && impl_->time.monotonic() - kept->second->made < fresh) {
      answer = kept->second->answer;
    } else if (const auto open = impl_->open.find(name); open != impl_->open.end()) {
      if (open->second.takers.size() >= impl_->limit.takers) return false;
      open->second.takers.push_back(std::move(done));
      return true;
    } else {
      if (impl_->open.size() >= impl_->limit.questions || impl_->stopping) return false;
      impl_->open[name] = {std::move(make), {}};
      impl_->open[name].takers.push_back(std::move(done));
      impl_->waiting.push_back(name);
      impl_->asked.notify_one();
      return true;
    }
  }
  done(std::move(answer));
  return true;
}

std::size_t query_desk::kept_bytes() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->kept_bytes;
}

}  // namespace buttond
