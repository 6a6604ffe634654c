#include "engine/shared_memory.hpp"

#include "base/bounds.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace enclaved;
using namespace enclaved::engine;

namespace {

constexpr std::size_t file_bytes = 64 * bounds::kib;

/// Pages of a file in memory that the system has given out.
long blocks(int file) {
  struct stat what {};
  REQUIRE(::fstat(file, &what) == 0);
  return static_cast<long>(what.st_blocks);
}

} // namespace

TEST_CASE("the size of shared memory is sealed: neither side changes it or lifts the seal") {
  const int file = shared_memory::create(file_bytes);
  REQUIRE(file >= 0);
  CHECK(::ftruncate(file, 0) == -1);
  CHECK(errno == EPERM);
  CHECK(::ftruncate(file, 2 * static_cast<off_t>(file_bytes)) == -1);
  CHECK(::fcntl(file, F_ADD_SEALS, F_SEAL_WRITE) == -1);
  const char byte = 1;
  CHECK(::pwrite(file, &byte, 1, static_cast<off_t>(file_bytes)) == -1);
  ::close(file);
}

TEST_CASE("what one side writes into a slot the other reads, and no slot reaches outside") {
  const int file = shared_memory::create(file_bytes);
  REQUIRE(file >= 0);
  shared_memory worker(file, file_bytes);
  shared_memory runtime(file, file_bytes);
  REQUIRE(worker.mapped());
  CHECK(worker.capacity() == file_bytes - shared_memory::words_bytes);
  worker.at({100, 5})[4] = 'x';
  CHECK(runtime.at({104, 1})[0] == 'x');
  worker.words().stop = 7;
  CHECK(runtime.words().stop == 7);
  const auto capacity = worker.capacity();
  CHECK(worker.at({0, capacity}).size() == capacity);
  for (const slot outside : {slot{0, 0}, slot{0, capacity + 1}, slot{capacity, 1}, slot{1, capacity},
                             slot{UINT64_MAX, 2}, slot{2, UINT64_MAX}, slot{capacity + 1, 1}})
    CHECK(worker.at(outside).empty());
  ::close(file);
}

TEST_CASE("memory that is given back returns to the system and reads as zeros") {
  const int file = shared_memory::create(file_bytes);
  REQUIRE(file >= 0);
  shared_memory memory(file, file_bytes);
  REQUIRE(memory.mapped());
  const slot all{0, memory.capacity()};
  for (auto& byte : memory.at(all)) byte = 'x';
  const auto before = blocks(file);
  memory.give_back(all);
  CHECK(blocks(file) < before);
  CHECK(memory.at({1'000, 1})[0] == '\0');
  ::close(file);
}

TEST_CASE("a range that cannot be mapped is said, not used") {
  CHECK_FALSE(shared_memory(-1, file_bytes).mapped());
  CHECK_FALSE(shared_memory().mapped());
}

TEST_CASE("frames begin in order until they are taken back") {
  control_words words;
  CHECK(begin_frame(words, 1));
  CHECK(begin_frame(words, 2));
  CHECK(take_back_frames(words, 4) == 2);
  CHECK_FALSE(begin_frame(words, 3));
  CHECK_FALSE(begin_frame(words, 4));
  CHECK(begin_frame(words, 5));
  CHECK(take_back_frames(words, 5) == 5);
  CHECK(begin_frame(words, 6));
}

TEST_CASE("each frame is begun or taken back, never both and never neither") {
  constexpr std::uint32_t frames = 200'000;
  control_words words;
  std::vector<char> begun(frames + 1, 0);
  std::atomic<std::uint32_t> sent{0};
  std::thread worker([&] {
    for (std::uint32_t n = 1; n <= frames; ++n) {
      while (sent.load() < n) std::this_thread::yield();
      begun[n] = begin_frame(words, n);
    }
  });
  // The runtime sends a few frames ahead and now and then takes back what has not begun.
  std::vector<char> taken_back(frames + 1, 0);
  for (std::uint32_t n = 0; n < frames;) {
    n = std::min(frames, n + 1 + n % 7);
    sent = n;
    const auto last_begun = take_back_frames(words, n);
    for (auto at = n; at > last_begun && taken_back[at] == 0; --at) taken_back[at] = 1;
  }
  worker.join();
  std::uint32_t wrong = 0;
  for (std::uint32_t n = 1; n <= frames; ++n) wrong += begun[n] == taken_back[n];
  CHECK(wrong == 0);
}
