// A workspace of the C library's memory, for where no heap is: checking a literal, and tests.
#pragma once

#include "engine/regexp/memory.hpp"

#include <array>
#include <cstdlib>

namespace enclaved::regexp {

class plain_memory final : public workspace {
public:
  plain_memory() = default;
  plain_memory(const plain_memory&) = delete;
  plain_memory& operator=(const plain_memory&) = delete;
  ~plain_memory() {
    for (void* it : held_) std::free(it);
  }

  void* resize(piece which, std::size_t bytes) override {
    auto& it = held_[static_cast<std::size_t>(which)];
    it = std::realloc(it, bytes == 0 ? 1 : bytes);
    if (it == nullptr) std::abort();
    return it;
  }
  void spend(std::uint64_t units) override { spent_ += units; }
  std::uint64_t spent() const { return spent_; }

private:
  std::array<void*, pieces> held_{};
  std::uint64_t spent_ = 0;
};

} // namespace enclaved::regexp
