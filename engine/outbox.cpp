#include "engine/outbox.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>

namespace enclaved::engine {

outbox::outbox() {
  void* got = ::mmap(nullptr, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (got == MAP_FAILED) {
    std::fputs("no address range for the engine's output\n", stderr);
    std::abort();
  }
  begin_ = static_cast<char*>(got);
}

void outbox::clear() {
  if (most_ > kept) {
    ::madvise(begin_ + kept, capacity - kept, MADV_DONTNEED);
    most_ = kept;
  }
  size_ = 0;
  limit_ = capacity;
  overflown_ = false;
}

bool outbox::write(const char* bytes, std::size_t size) {
  if (size > limit_ - size_) {
    overflown_ = true;
    return false;
  }
  if (size != 0) std::memcpy(begin_ + size_, bytes, size);
  size_ += size;
  if (size_ > most_) most_ = size_;
  return true;
}

bool outbox::open_gap(std::size_t offset, std::size_t size) {
  if (size > limit_ - size_) {
    overflown_ = true;
    return false;
  }
  std::memmove(begin_ + offset + size, begin_ + offset, size_ - offset);
  size_ += size;
  if (size_ > most_) most_ = size_;
  return true;
}

} // namespace enclaved::engine
