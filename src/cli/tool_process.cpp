#include "cli/tool_process.hpp"

#include "base/bounds.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace enclaved::cli {

namespace {

struct pipe_ends {
  unique_fd read, write;
};

bool make_pipe(pipe_ends& out) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
  out.read = unique_fd(ends[0]);
  out.write = unique_fd(ends[1]);
  return true;
}

/// In a process group of its own, so that a cancelled tool ends with everything it started.
int spawn(const std::string& shell_command, const pipe_ends& in, const pipe_ends& out, const pipe_ends& err,
          pid_t& pid) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, in.read.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, out.write.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, err.write.get(), STDERR_FILENO);
  posix_spawnattr_t how;
  posix_spawnattr_init(&how);
  sigset_t none, ours;
  sigemptyset(&none);
  sigemptyset(&ours);
  sigaddset(&ours, SIGPIPE);
  posix_spawnattr_setpgroup(&how, 0);
  posix_spawnattr_setsigmask(&how, &none);
  posix_spawnattr_setsigdefault(&how, &ours);
  posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::string shell = "sh", option = "-c", command = shell_command;
  std::array<char*, 4> argv{shell.data(), option.data(), command.data(), nullptr};
  const int failed = ::posix_spawn(&pid, "/bin/sh", &files, &how, argv.data(), environ);
  posix_spawnattr_destroy(&how);
  posix_spawn_file_actions_destroy(&files);
  return failed;
}

/// glibc's own declaration is not usable from C++ before 2.37.
int open_pidfd(pid_t pid) { return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); }

error cannot_start(int why) {
  return {error_code::internal, std::string("cannot start the tool's command: ") + std::strerror(why)};
}

short events_of(std::span<const pollfd> ready, const unique_fd& descriptor) {
  if (!descriptor.open()) return 0;
  const auto found =
      std::find_if(ready.begin(), ready.end(), [&](const auto& one) { return one.fd == descriptor.get(); });
  return found == ready.end() ? short{0} : found->revents;
}

/// Reads what is there and closes at the end. `take` gets each piece.
template <class Take>
void read_all(unique_fd& from, Take take) {
  std::array<char, 16'384> some;
  while (from.open()) {
    const auto got = ::read(from.get(), some.data(), some.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0)
      from.close();
    else
      take(std::string_view(some.data(), static_cast<std::size_t>(got)));
  }
}

std::string last_line(std::string_view text) {
  const auto end = text.find_last_not_of(" \t\r\n");
  if (end == std::string_view::npos) return {};
  text = text.substr(0, end + 1);
  const auto start = text.find_last_of("\r\n");
  return std::string(start == std::string_view::npos ? text : text.substr(start + 1));
}

std::string ending(int status) {
  if (WIFSIGNALED(status)) return "the tool's command was ended by signal " + std::to_string(WTERMSIG(status));
  return "the tool's command ended with status " + std::to_string(WEXITSTATUS(status));
}

} // namespace

result<tool_process> tool_process::start(const std::string& shell_command, std::string input) {
  pipe_ends in, out, err;
  if (!make_pipe(in) || !make_pipe(out) || !make_pipe(err)) return cannot_start(errno);
  tool_process started;
  if (const int failed = spawn(shell_command, in, out, err, started.pid_); failed != 0) return cannot_start(failed);
  started.exit_ = unique_fd(open_pidfd(started.pid_));
  if (!started.exit_.open()) return cannot_start(errno);
  started.input_ = std::move(input);
  started.stdin_ = std::move(in.write);
  started.stdout_ = std::move(out.read);
  started.stderr_ = std::move(err.read);
  for (const auto* pipe : {&started.stdin_, &started.stdout_, &started.stderr_}) set_nonblocking(pipe->get());
  return started;
}

tool_process::tool_process(tool_process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), exit_(std::move(other.exit_)), stdin_(std::move(other.stdin_)),
      stdout_(std::move(other.stdout_)), stderr_(std::move(other.stderr_)), input_(std::move(other.input_)),
      written_(other.written_), output_(std::move(other.output_)), complaint_(std::move(other.complaint_)),
      output_too_large_(other.output_too_large_), ended_(other.ended_), exit_status_(other.exit_status_) {}

tool_process::~tool_process() {
  if (pid_ < 0 || ended_) return;
  kill_group();
  ::waitpid(pid_, nullptr, 0);
}

void tool_process::append_interests(std::vector<pollfd>& out) const {
  out.push_back({exit_.get(), POLLIN, 0});
  if (stdin_.open()) out.push_back({stdin_.get(), POLLOUT, 0});
  if (stdout_.open()) out.push_back({stdout_.get(), POLLIN, 0});
  if (stderr_.open()) out.push_back({stderr_.get(), POLLIN, 0});
}

void tool_process::advance(std::span<const pollfd> ready) {
  if (events_of(ready, stdin_) != 0) write_input();
  if (events_of(ready, stdout_) != 0 || events_of(ready, stderr_) != 0) drain();
  if (events_of(ready, exit_) != 0) reap();
}

void tool_process::write_input() {
  while (written_ < input_.size()) {
    const auto wrote = ::write(stdin_.get(), input_.data() + written_, input_.size() - written_);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0 && errno == EAGAIN) return;
    if (wrote < 0) break; // a command that does not read its arguments is none of our business
    written_ += static_cast<std::size_t>(wrote);
  }
  stdin_.close();
}

void tool_process::drain() {
  read_all(stdout_, [this](std::string_view some) {
    output_too_large_ = output_too_large_ || output_.size() + some.size() > bounds::message_bytes;
    if (!output_too_large_) output_ += some;
  });
  read_all(stderr_, [this](std::string_view some) {
    complaint_ += some;
    if (complaint_.size() > bounds::tool_error_bytes) complaint_.erase(0, complaint_.size() - bounds::tool_error_bytes);
  });
}

/// What the command left running in the background may hold its pipes; nobody waits for that.
void tool_process::reap() {
  if (::waitpid(pid_, &exit_status_, WNOHANG) != pid_) return;
  drain();
  ended_ = true;
}

void tool_process::kill_group() const { ::kill(-pid_, SIGKILL); }

result<std::string> tool_process::take_output() {
  if (WIFEXITED(exit_status_) && WEXITSTATUS(exit_status_) == 0) {
    if (output_too_large_) return error{error_code::too_large, "the tool's result is too large"};
    return std::move(output_);
  }
  auto why = last_line(complaint_);
  return error{error_code::internal, why.empty() ? ending(exit_status_) : why};
}

} // namespace enclaved::cli
