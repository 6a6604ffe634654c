#include "jailed.hpp"

#include "process_support.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <csignal>
#include <fstream>
#include <grp.h>
#include <iterator>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace enclaved::engine::test {

namespace {

constexpr uid_t nobody = 65'534;

template <class Value>
bool tell(int descriptor, const Value& value) {
  return ::write(descriptor, &value, sizeof value) == static_cast<ssize_t>(sizeof value);
}

template <class Value>
bool hear(int descriptor, Value& value) {
  return ::read(descriptor, &value, sizeof value) == static_cast<ssize_t>(sizeof value);
}

/// The warden's part: prepares, forks, tells the child's pid and how it ended.
[[noreturn]] void guard_one(jail_user who, int report, int pipe, const std::function<void(int)>& body) {
  if (who == jail_user::plain && !become_plain_user()) ::_exit(1);
  const auto how = sandbox::prepare();
  const auto pid =
      static_cast<pid_t>(::syscall(SYS_clone, how.fork_flags | SIGCHLD, nullptr, nullptr, nullptr, nullptr));
  if (pid == 0) {
    tell(pipe, sandbox::enter(how, pipe));
    body(pipe);
    ::_exit(0);
  }
  ::close(pipe);
  int status = 0;
  const bool told = pid > 0 && tell(report, pid) && ::waitpid(pid, &status, 0) == pid && tell(report, status);
  ::_exit(told ? 0 : 1);
}

} // namespace

bool become_plain_user() {
  if (::geteuid() != 0) return true;
  const bool changed = ::setgroups(0, nullptr) == 0 && ::setresgid(nobody, nobody, nobody) == 0 &&
                       ::setresuid(nobody, nobody, nobody) == 0;
  return changed && ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0; // a change of uid clears it
}

bool namespaces_are_permitted(jail_user who) {
  const auto child = ::fork();
  if (child == 0) {
    if (who == jail_user::plain && !become_plain_user()) ::_exit(1);
    ::_exit(::unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET) == 0 ? 0 : 1);
  }
  int status = 0;
  return child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

jailed::jailed(jail_user who, const std::function<void(int)>& body) {
  std::array<int, 2> report{};
  std::array<int, 2> ends{};
  REQUIRE(::pipe(report.data()) == 0);
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
  warden_ = ::fork();
  REQUIRE(warden_ >= 0);
  if (warden_ == 0) {
    ::close(ends[0]);
    guard_one(who, report[1], ends[1], body);
  }
  ::close(report[1]);
  ::close(ends[1]);
  from_warden_ = report[0];
  pipe_ = ends[0];
  REQUIRE(hear(from_warden_, pid_));
  REQUIRE(hear(pipe_, held_));
}

jailed::~jailed() {
  if (warden_ > 0) ended();
}

int jailed::ended() {
  ::close(pipe_);
  int status = 0;
  const bool told = hear(from_warden_, status);
  ::close(from_warden_);
  wait_for(std::exchange(warden_, -1));
  return told ? status : -1;
}

std::string jailed::about(const std::string& file) const {
  std::ifstream from("/proc/" + std::to_string(pid_) + "/" + file);
  return {std::istreambuf_iterator<char>{from}, {}};
}

} // namespace enclaved::engine::test
