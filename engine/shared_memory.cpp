#include "engine/shared_memory.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

namespace enclaved::engine {

bool begin_frame(control_words& words, std::uint32_t n) {
  auto seen = words.frames.load();
  do {
    if (seen >> 32 >= n) return false;
  } while (!words.frames.compare_exchange_weak(seen, (seen >> 32 << 32) | n));
  return true;
}

std::uint32_t take_back_frames(control_words& words, std::uint32_t n) {
  auto seen = words.frames.load();
  while (!words.frames.compare_exchange_weak(seen, (std::uint64_t{n} << 32) | (seen & UINT32_MAX))) {
    // `seen` holds what the worker has changed meanwhile.
  }
  return static_cast<std::uint32_t>(seen);
}

int shared_memory::create(std::size_t bytes) {
  const int file = memfd_create("parked", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (file < 0) return -1;
  if (ftruncate(file, static_cast<off_t>(bytes)) == 0 &&
      fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
    return file;
  close(file);
  return -1;
}

shared_memory::shared_memory(int descriptor, std::size_t bytes) {
  void* mapped = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, descriptor, 0);
  if (mapped == MAP_FAILED) return;
  madvise(mapped, bytes, MADV_DONTDUMP);
  base_ = static_cast<char*>(mapped);
  bytes_ = bytes;
}

shared_memory::~shared_memory() {
  if (base_ != nullptr) munmap(base_, bytes_);
}

shared_memory::shared_memory(shared_memory&& other) noexcept
    : base_(std::exchange(other.base_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

shared_memory& shared_memory::operator=(shared_memory&& other) noexcept {
  std::swap(base_, other.base_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

std::span<char> shared_memory::at(slot where) const {
  if (where.bytes == 0 || where.offset > capacity() || where.bytes > capacity() - where.offset) return {};
  return {base_ + words_bytes + where.offset, where.bytes};
}

void shared_memory::give_back(slot where) const {
  const auto range = at(where);
  if (!range.empty()) madvise(range.data(), range.size(), MADV_REMOVE);
}

} // namespace enclaved::engine
