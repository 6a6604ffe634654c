#include "engine/slots.hpp"

#include <bit>

namespace enclaved::engine {

namespace {

constexpr std::size_t smallest = 1024;

/// The class that `bytes` fall into: at most an eighth larger.
std::size_t class_of(std::size_t bytes) {
  if (bytes <= smallest) return smallest;
  const auto step = std::bit_floor(bytes - 1) / 8;
  return (bytes + step - 1) / step * step;
}

} // namespace

slot slots::take(std::size_t bytes) {
  const auto size = class_of(bytes);
  auto& reusable = free_[size];
  std::uint64_t offset = top_;
  if (!reusable.empty()) {
    offset = reusable.back();
    reusable.pop_back();
  } else if (size <= capacity_ - top_) {
    top_ += size;
  } else {
    return {};
  }
  taken_.emplace(offset, size);
  return {offset, bytes};
}

bool slots::release(slot where) {
  const auto found = taken_.find(where.offset);
  if (found == taken_.end()) return false;
  free_[found->second].push_back(where.offset);
  taken_.erase(found);
  return true;
}

void slots::reset() {
  top_ = 0;
  free_.clear();
}

} // namespace enclaved::engine
