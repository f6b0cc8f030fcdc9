#include "button/shares/share_key_keeper.hpp"

#include "common/file.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace buttond {
namespace {

constexpr std::chrono::milliseconds first_wait{1'000};
constexpr std::chrono::milliseconds longest_wait{30'000};
constexpr std::chrono::minutes between_looks{10};

constexpr std::size_t most_bytes = 256;  // what is longer is no key

}  // namespace

share_key_keeper::share_key_keeper(store& shared, share_ids& ids, std::filesystem::path file,
                                   const clock& time)
    : shared_(shared), ids_(ids), file_(std::move(file)), time_(time), wait_(first_wait) {
  auto text = read_file(file_, most_bytes);
  if (!text) {
    if (text.error() != boost::system::errc::no_such_file_or_directory)
      spdlog::warn("shares: the key in {} cannot be read: {}; the store's is asked for", file_.string(),
                   text.error().message());
    return;
  }
  if (text->ends_with('\n')) text->pop_back();
  if (const auto key = secret_key_of(*text)) {
    ids_.use(*key);
    written_ = std::move(*text);
  } else {
    spdlog::warn("shares: {} holds no key, and is written anew", file_.string());
  }
}

// What this node signs with is what it proposes: after the loss of the store nothing changes. It is written
// first, so that a node that is killed before the store answers takes its own ids afterwards.
void share_key_keeper::step() {
  if (time_.monotonic() < next_) return;
  write();
  const auto text = shared_.share_key(text_of(ids_.key()));
  if (!text) return failed();
  const auto key = secret_key_of(*text);
  if (!key) {
    if (const auto more = bad_keys_.due(time_.monotonic())) {
      spdlog::error(
          "shares: what the store has as the key of the share page's ids is none: delete it, and a node "
          "makes one; until then other nodes' pages do not count{}",
          and_more(*more));
    }
    return failed();
  }
  ids_.use(*key);
  write();
  wait_ = first_wait;
  next_ = time_.monotonic() + between_looks;
}

void share_key_keeper::write() {
  const auto text = text_of(ids_.key());
  if (text == written_) return;
  if (const auto written = replace_file(file_, text + "\n"); !written) {
    if (const auto more = disk_failures_.due(time_.monotonic()))
      spdlog::warn("shares: the key cannot be kept in {}: {}{}", file_.string(), written.error().message(),
                   and_more(*more));
    return;
  }
  written_ = text;
}

void share_key_keeper::failed() {
  next_ = time_.monotonic() + wait_;
  wait_ = std::min(wait_ * 2, longest_wait);
}

}  // namespace buttond
