// One process at a time has a folder.
#pragma once

#include "base/result.hpp"

#include <string>
#include <utility>

namespace enclaved::store {

/// The system lets go of it when the process ends, however it ends.
class folder_lock {
public:
  folder_lock() = default;
  folder_lock(folder_lock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  folder_lock& operator=(folder_lock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  ~folder_lock();

  /// Of a folder that exists. Somebody else's is an error that says so.
  static result<folder_lock> take(const std::string& folder);

private:
  int descriptor_ = -1;
};

} // namespace enclaved::store
