#include "button/handlers/dashboard/site_link_keeper.hpp"

namespace buttond {

std::optional<secret_key> site_link_keeper::key() const {
  const std::lock_guard lock(mutex_);
  return key_;
}

bool site_link_keeper::due() const {
  const std::lock_guard lock(mutex_);
  return !key_ || time_.monotonic() - read_at_ >= between_looks;
}

result<void> site_link_keeper::read() {
  const auto text = store_.site_link_key(text_of(new_secret_key()));
  if (!text) return text.error();
  const auto key = secret_key_of(*text);
  if (!key) return make_error_code(errc::store_damaged);
  const std::lock_guard lock(mutex_);
  key_ = key;
  read_at_ = time_.monotonic();
  return {};
}

}  // namespace buttond
