// What tests of processes share: frames over a descriptor with a bound on waiting, and a worker process that is a mere
// fork of the test, spoken to frame by frame.
#pragma once

#include "engine/pipe.hpp"
#include "engine/shared_memory.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace enclaved::engine::test {

/// Longer than anything here takes, sanitizers included; a test that waits so long has failed.
inline constexpr std::chrono::seconds patience{20};

/// One end of a link; it closes its descriptor.
class frame_channel {
public:
  explicit frame_channel(int descriptor) : descriptor_(descriptor) {}
  ~frame_channel() { close(); }
  frame_channel(const frame_channel&) = delete;
  frame_channel& operator=(const frame_channel&) = delete;

  bool send(std::string_view bytes);
  /// The next frame without its length; nothing at the end of the stream or when patience is over.
  std::optional<std::string> next();
  /// True when the other end is closed and nothing is left to read.
  bool ended();
  void close();

private:
  bool fill();

  int descriptor_;
  bool end_of_stream_ = false;
  std::string bytes_;
};

/// How a child ended, as waitpid tells it; it is killed when that takes longer than patience.
int wait_for(pid_t child);

/// A report with the bytes that its views point into.
struct heard {
  std::vector<char> bytes;
  pipe::report what;
};

/// A worker process without jail and zygote.
class forked_worker {
public:
  static constexpr std::size_t memory_bytes = 8 * bounds::mib;

  forked_worker();
  ~forked_worker();
  forked_worker(const forked_worker&) = delete;
  forked_worker& operator=(const forked_worker&) = delete;

  std::uint64_t identity() const { return identity_; }
  shared_memory& memory() { return memory_; }
  frame_channel& channel() { return *channel_; }

  // Each sends one frame.
  void start(job_id job, std::string_view code, std::span<const batch> replay = {}, spent costs = {});
  void resume(job_id job, std::uint32_t turn, const batch& what, slot where, std::string_view delta = {});
  void release(slot where);
  void check(job_id job, std::string_view code);

  /// The next report; the test fails when none comes or it is none.
  heard report();
  /// Reports up to the one that ends the turn, which is the last.
  std::vector<heard> turn();
  /// Waits for the process to end.
  int ended();

private:
  pid_t pid_ = -1;
  std::unique_ptr<frame_channel> channel_;
  shared_memory memory_;
  std::uint64_t identity_ = 0;
};

/// What brings one call's answer: an encoded value.
batch answer_to(std::uint32_t call, std::string_view value);

script script_of(std::string_view code);

} // namespace enclaved::engine::test
