#include "engine/zygote.hpp"

#include "base/pack.hpp"
#include "engine/zygote_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <limits>
#include <spawn.h>
#include <sstream>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace enclaved::engine {

namespace {

constexpr const char* zygote_name = "enclaved-zygote";
constexpr int control_descriptor = 3;

} // namespace

bool read_news(std::string_view frame, zygote_news& out) {
  pack::reader from(frame);
  std::uint32_t fields = 0;
  std::uint64_t kind = 0;
  std::uint64_t first = 0;
  std::int64_t second = 0;
  if (!from.array(fields) || !from.unsigned_int(kind) || kind < 1 || kind > 5) return false;
  out.what = static_cast<zygote_news::kind>(kind);
  if (out.what == zygote_news::kind::pong) return fields == 1 && from.at_end();
  if (out.what == zygote_news::kind::ready) {
    std::uint64_t version = 0;
    if (fields != 4 || !from.unsigned_int(version) || version != zygote_version || !from.unsigned_int(first))
      return false;
    out.layers = static_cast<sandbox::layer_set>(first & sandbox::all_layers);
    return from.unsigned_int(out.identity) && from.at_end();
  }
  if (fields != 3 || !from.unsigned_int(first) || first > std::numeric_limits<std::uint32_t>::max() ||
      !from.signed_int(second))
    return false;
  out.id = static_cast<std::uint32_t>(first);
  out.number = second;
  return from.at_end();
}

void become_zygote_if_asked(int argc, char** argv) {
  if (argc == 1 && std::strcmp(argv[0], zygote_name) == 0) serve_as_zygote(control_descriptor);
}

result<zygote> zygote::launch() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return error{error_code::unavailable, std::string("no socket for the zygote: ") + std::strerror(errno)};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], control_descriptor);
  posix_spawn_file_actions_addclosefrom_np(&actions, control_descriptor + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  sigset_t all;
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0); // a terminal's interrupt is for the server, which drains first
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  std::array<char*, 2> arguments{const_cast<char*>(zygote_name), nullptr};
  std::array<char*, 1> environment{nullptr}; // no secret of ours is in it
  pid_t pid = -1;
  const int failed = posix_spawn(&pid, "/proc/self/exe", &actions, &attributes, arguments.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  close(ends[1]);
  if (failed != 0) {
    close(ends[0]);
    return error{error_code::unavailable, std::string("the zygote did not start: ") + std::strerror(failed)};
  }
  return zygote(pid, ends[0], fcntl(ends[0], F_DUPFD_CLOEXEC, 0));
}

zygote::zygote(zygote&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), control_(std::exchange(other.control_, -1)),
      news_(std::exchange(other.news_, -1)) {}

zygote& zygote::operator=(zygote&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(control_, other.control_);
  std::swap(news_, other.news_);
  return *this;
}

zygote::~zygote() {
  if (news_ >= 0) close(news_);
  if (control_ >= 0) close(control_);
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void zygote::end() {
  if (control_ >= 0) shutdown(control_, SHUT_RDWR);
  constexpr std::uint32_t patience_ms = 500;
  for (std::uint32_t waited_ms = 0; pid_ > 0 && waited_ms < patience_ms; ++waited_ms) {
    if (waitpid(pid_, nullptr, WNOHANG) == pid_)
      pid_ = -1;
    else
      usleep(1'000);
  }
}

int zygote::take_news() { return std::exchange(news_, -1); }

bool zygote::fork_worker(std::uint32_t id, int pipe, int memory) {
  const std::array<int, 2> descriptors{pipe, memory};
  return order(zygote_order::fork, id, descriptors.data(), descriptors.size());
}

bool zygote::kill_worker(std::uint32_t id) { return order(zygote_order::kill, id, nullptr, 0); }

bool zygote::ping() { return order(zygote_order::ping, 0, nullptr, 0); }

toll zygote::toll_of(pid_t worker) const {
  const auto folder = "/proc/" + std::to_string(worker);
  toll sum;
  std::uint64_t total_pages = 0;
  std::ifstream(folder + "/statm") >> total_pages >> sum.resident_bytes;
  sum.resident_bytes *= static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  std::ifstream stat(folder + "/stat");
  constexpr int fields_before_times = 12; // behind the name, which ends with the last parenthesis
  std::uint64_t user_ticks = 0;
  std::uint64_t system_ticks = 0;
  std::string line;
  std::getline(stat, line);
  std::istringstream fields(line.substr(std::min(line.size(), line.rfind(')') + 1)));
  for (int skipped = 1; skipped < fields_before_times; ++skipped) fields >> line;
  fields >> user_ticks >> system_ticks;
  sum.processor_ms = (user_ticks + system_ticks) * 1'000 / static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
  return sum;
}

bool zygote::order(zygote_order what, std::uint32_t id, const int* descriptors, std::size_t count) {
  std::array<std::uint32_t, 2> words{static_cast<std::uint32_t>(what), id};
  iovec part{words.data(), sizeof words};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(2 * sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (count > 0) {
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(count * sizeof(int));
    auto* head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(count * sizeof(int));
    std::memcpy(CMSG_DATA(head), descriptors, count * sizeof(int));
  }
  // A full socket means a zygote that does not read: it is replaced, so a partial order needs no care.
  return sendmsg(control_, &message, MSG_DONTWAIT | MSG_NOSIGNAL) == static_cast<ssize_t>(sizeof words);
}

} // namespace enclaved::engine
