#pragma once
// An array of zeroes straight from the operating system, of a fixed size: a page of it takes memory only once
// something is written there, so a large array costs what is used of it.
// Not thread-safe by itself. Owned by whoever constructs it.

#include "common/error.hpp"

#include <sys/mman.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>
#include <type_traits>
#include <utility>

namespace buttond {

template <class T>
class zeroed_array {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>,
                "elements begin as zero bytes and are never destroyed");

 public:
  /// Throws startup_error when the address space cannot be reserved.
  explicit zeroed_array(std::size_t count) : bytes_(count * sizeof(T)) {
    void* const memory =
        ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
      throw startup_error("cannot reserve " + std::to_string(bytes_) + " bytes of memory: " +
                          std::strerror(errno) + "; lower --cache-bytes or raise the process's memory limit");
    elements_ = static_cast<T*>(memory);
  }

  ~zeroed_array() {
    if (elements_ != nullptr) ::munmap(elements_, bytes_);
  }

  zeroed_array(zeroed_array&& other) noexcept
      : elements_(std::exchange(other.elements_, nullptr)), bytes_(other.bytes_) {}
  zeroed_array(const zeroed_array&) = delete;
  zeroed_array& operator=(const zeroed_array&) = delete;
  zeroed_array& operator=(zeroed_array&&) = delete;

  T& operator[](std::size_t index) noexcept { return elements_[index]; }
  const T& operator[](std::size_t index) const noexcept { return elements_[index]; }

 private:
  T* elements_ = nullptr;
  std::size_t bytes_;
};

}  // namespace buttond
