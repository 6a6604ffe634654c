// A descriptor that closes itself, and plain TCP connections.
#pragma once

#include "base/endpoint.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <utility>

namespace enclaved::cli {

class unique_fd {
public:
  unique_fd() = default;
  explicit unique_fd(int descriptor) : descriptor_(descriptor) {}
  unique_fd(unique_fd&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  unique_fd& operator=(unique_fd&& other) noexcept {
    if (this != &other) {
      close();
      descriptor_ = std::exchange(other.descriptor_, -1);
    }
    return *this;
  }
  ~unique_fd() { close(); }

  int get() const { return descriptor_; }
  bool open() const { return descriptor_ >= 0; }
  void close();
  int release() { return std::exchange(descriptor_, -1); }

private:
  int descriptor_ = -1;
};

/// A connected socket that does not block, with small messages sent at once. A server that refuses may be about to
/// start, so it is tried again until the time is over. The failure names the address and the reason.
result<unique_fd> connect_to(const endpoint& where, std::uint32_t timeout_ms);

void set_nonblocking(int descriptor);

} // namespace enclaved::cli
