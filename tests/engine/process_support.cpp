#include "process_support.hpp"

#include "engine/machine.hpp"
#include "engine/worker.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace enclaved::engine::test {

namespace {

bool readable(int descriptor) {
  pollfd wanted{descriptor, POLLIN, 0};
  return ::poll(&wanted, 1, static_cast<int>(std::chrono::milliseconds(patience).count())) == 1;
}

} // namespace

bool frame_channel::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto put = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

bool frame_channel::fill() {
  std::array<char, 4096> got;
  if (end_of_stream_ || !readable(descriptor_)) return false;
  const auto size = ::read(descriptor_, got.data(), got.size());
  end_of_stream_ = size <= 0;
  if (size > 0) bytes_.append(got.data(), static_cast<std::size_t>(size));
  return size > 0;
}

std::optional<std::string> frame_channel::next() {
  for (;;) {
    std::uint32_t length = 0;
    if (bytes_.size() >= sizeof length) std::memcpy(&length, bytes_.data(), sizeof length);
    if (bytes_.size() >= sizeof length + length) {
      auto frame = bytes_.substr(sizeof length, length);
      bytes_.erase(0, sizeof length + length);
      return frame;
    }
    if (!fill()) return std::nullopt;
  }
}

bool frame_channel::ended() { return bytes_.empty() && !fill() && end_of_stream_; }

void frame_channel::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

int wait_for(pid_t child) {
  const auto watched = static_cast<int>(::syscall(SYS_pidfd_open, child, 0));
  if (watched < 0 || !readable(watched)) ::kill(child, SIGKILL);
  if (watched >= 0) ::close(watched);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    // nop
  }
  return status;
}

forked_worker::forked_worker() {
  auto& heap = machine::boot();
  std::array<int, 2> ends{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
  const int file = shared_memory::create(memory_bytes);
  REQUIRE(file >= 0);
  pid_ = ::fork();
  REQUIRE(pid_ >= 0);
  if (pid_ == 0) {
    ::close(ends[0]);
    work(heap, ends[1], shared_memory(file, memory_bytes));
  }
  ::close(ends[1]);
  channel_ = std::make_unique<frame_channel>(ends[0]);
  memory_ = shared_memory(file, memory_bytes);
  ::close(file);
  const auto hello = channel_->next();
  REQUIRE(hello);
  pipe::ready ready;
  REQUIRE(pipe::read_ready(*hello, ready));
  CHECK(ready.version == pipe::version);
  identity_ = ready.identity;
}

forked_worker::~forked_worker() {
  if (pid_ <= 0) return;
  channel_->close();
  wait_for(pid_);
}

void forked_worker::start(job_id job, std::string_view code, std::span<const batch> replay, spent costs) {
  std::string frame;
  pipe::put_start(frame, job, script_of(code), replay, costs);
  CHECK(channel_->send(frame));
}

void forked_worker::resume(job_id job, std::uint32_t turn, const batch& what, slot where, std::string_view delta) {
  std::string frame;
  pipe::put_resume(frame, job, turn, what, where, delta);
  CHECK(channel_->send(frame));
}

void forked_worker::release(slot where) {
  std::string frame;
  pipe::put_release(frame, where);
  CHECK(channel_->send(frame));
}

void forked_worker::check(job_id job, std::string_view code) {
  std::string frame;
  pipe::put_check(frame, job, code);
  CHECK(channel_->send(frame));
}

heard forked_worker::report() {
  const auto frame = channel_->next();
  REQUIRE(frame);
  heard out;
  out.bytes.assign(frame->begin(), frame->end());
  REQUIRE(pipe::read_report({out.bytes.data(), out.bytes.size()}, out.what));
  return out;
}

std::vector<heard> forked_worker::turn() {
  std::vector<heard> parts;
  do parts.push_back(report());
  while (parts.back().what.head.state == pipe::turn_state::part);
  return parts;
}

int forked_worker::ended() { return wait_for(std::exchange(pid_, -1)); }

batch answer_to(std::uint32_t call, std::string_view value) {
  batch out;
  out.clock_ms = 1'700'000'000'000 + call;
  out.answers.push_back({call, true, outcome::tool_error, std::string(value)});
  return out;
}

script script_of(std::string_view code) {
  script out;
  out.code = code;
  out.scope = "test";
  out.limits = row(security_level::standard).limits;
  out.seed = 7;
  out.clock_ms = 1'700'000'000'000;
  return out;
}

} // namespace enclaved::engine::test
