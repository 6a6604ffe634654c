#include "engine/zygote_process.hpp"

#include "base/bounds.hpp"
#include "base/pack.hpp"
#include "engine/machine.hpp"
#include "engine/sandbox.hpp"
#include "engine/shared_memory.hpp"
#include "engine/worker.hpp"
#include "engine/zygote.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <unordered_map>

namespace enclaved::engine {

namespace {

class zygote_process {
public:
  explicit zygote_process(int control) : control_(control), heap_(machine::boot()), jail_(sandbox::prepare()) {}

  [[noreturn]] void serve() {
    sigset_t children;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    sigprocmask(SIG_BLOCK, &children, nullptr);
    ended_ = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
    tell([this](pack::writer& to) {
      to.array(4).number(1).number(zygote_version).number(layers_found_by_trying()).number(heap_.identity());
    });
    for (;;) {
      std::array<pollfd, 2> wanted{{{control_, POLLIN, 0}, {ended_, POLLIN, 0}}};
      if (poll(wanted.data(), wanted.size(), -1) < 0 && errno != EINTR) end();
      if (wanted[1].revents != 0) reap();
      if (wanted[0].revents != 0) obey();
    }
  }

private:
  void obey() {
    std::array<std::uint32_t, 2> words{};
    iovec part{words.data(), sizeof words};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(2 * sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (recvmsg(control_, &message, MSG_CMSG_CLOEXEC) != static_cast<ssize_t>(sizeof words)) end();
    std::array<int, 2> descriptors{-1, -1};
    if (const auto* head = CMSG_FIRSTHDR(&message); head != nullptr && head->cmsg_type == SCM_RIGHTS)
      std::memcpy(descriptors.data(), CMSG_DATA(head), std::min(sizeof descriptors, head->cmsg_len - CMSG_LEN(0)));
    switch (static_cast<zygote_order>(words[0])) {
    case zygote_order::fork: fork_worker(words[1], descriptors[0], descriptors[1]); break;
    case zygote_order::kill:
      if (const auto found = pids_.find(words[1]); found != pids_.end()) ::kill(found->second, SIGKILL);
      break;
    case zygote_order::ping: tell([](pack::writer& to) { to.array(1).number(5); }); break;
    }
    for (const int descriptor : descriptors)
      if (descriptor >= 0) close(descriptor);
  }

  void fork_worker(std::uint32_t id, int pipe, int memory) {
    const auto pid =
        static_cast<pid_t>(syscall(SYS_clone, jail_.fork_flags | SIGCHLD, nullptr, nullptr, nullptr, nullptr));
    if (pid == 0) {
      shared_memory shared(memory, shared_bytes(memory));
      if (!shared.mapped()) _exit(1);
      heap_.watch_writes();
      sandbox::enter(jail_, pipe);
      work(heap_, pipe, std::move(shared));
    }
    if (pid < 0) {
      const int why = errno;
      return tell([&](pack::writer& to) { to.array(3).number(3).number(id).integer(why); });
    }
    pids_.emplace(id, pid);
    ids_.emplace(pid, id);
    tell([&](pack::writer& to) { to.array(3).number(2).number(id).integer(pid); });
  }

  static std::size_t shared_bytes(int memory) {
    struct stat what {};
    return fstat(memory, &what) == 0 ? static_cast<std::size_t>(what.st_size) : 0;
  }

  /// A child locks itself in and tells what held: what can be had is known by having it.
  sandbox::layer_set layers_found_by_trying() {
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return 0;
    const auto pid =
        static_cast<pid_t>(syscall(SYS_clone, jail_.fork_flags | SIGCHLD, nullptr, nullptr, nullptr, nullptr));
    if (pid == 0) {
      const auto held = sandbox::enter(jail_, ends[1]);
      [[maybe_unused]] const auto wrote = write(ends[1], &held, sizeof held);
      _exit(0);
    }
    close(ends[1]);
    sandbox::layer_set held = 0;
    if (pid < 0 || read(ends[0], &held, sizeof held) != static_cast<ssize_t>(sizeof held)) held = 0;
    close(ends[0]);
    if (pid > 0) waitpid(pid, nullptr, 0);
    return held;
  }

  void reap() {
    signalfd_siginfo ignored{};
    while (read(ended_, &ignored, sizeof ignored) > 0) {
      // One signal may stand for several children.
    }
    int status = 0;
    for (pid_t pid = 0; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
      const auto found = ids_.find(pid);
      if (found == ids_.end()) continue;
      const auto id = found->second;
      ids_.erase(found);
      pids_.erase(id);
      tell([&](pack::writer& to) { to.array(3).number(4).number(id).integer(status); });
    }
  }

  template <class Body>
  void tell(Body&& body) {
    pack::buffer news;
    news.bytes.append(4, '\0');
    pack::writer to(news);
    body(to);
    const auto length = static_cast<std::uint32_t>(news.bytes.size() - 4);
    std::memcpy(news.bytes.data(), &length, 4);
    if (send(control_, news.bytes.data(), news.bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(news.bytes.size()))
      end();
  }

  [[noreturn]] void end() {
    for (const auto& [id, pid] : pids_) ::kill(pid, SIGKILL);
    for (const auto& [id, pid] : pids_) waitpid(pid, nullptr, 0); // so that nobody has to bury them
    _exit(0);
  }

  int control_;
  int ended_ = -1;
  machine& heap_;
  sandbox::plan jail_;
  std::unordered_map<std::uint32_t, pid_t> pids_;
  std::unordered_map<pid_t, std::uint32_t> ids_;
};

} // namespace

void serve_as_zygote(int control) {
  prctl(PR_SET_NAME, "zygote", 0, 0, 0);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  const rlimit stack{bounds::worker_stack_bytes, bounds::worker_stack_bytes};
  setrlimit(RLIMIT_STACK, &stack); // the main thread's stack grows up to it
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  zygote_process(control).serve();
}

} // namespace enclaved::engine
