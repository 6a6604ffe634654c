#include "engine/sandbox.hpp"

#include "base/bounds.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace enclaved::engine::sandbox {

namespace {

constexpr std::array<std::string_view, layers> names{"seccomp", "no_new_privs", "network",  "mount", "ipc",
                                                     "pid",     "user",         "landlock", "limits"};

/// The uid that Debian calls nobody: it owns nothing.
constexpr uid_t nobody = 65'534;

/// What a worker calls: its pipe, its memory, the clock, its end. Memory never becomes executable.
constexpr std::array allowed_calls{SCMP_SYS(read),          SCMP_SYS(write),      SCMP_SYS(munmap),
                                   SCMP_SYS(mremap),        SCMP_SYS(madvise),    SCMP_SYS(brk),
                                   SCMP_SYS(exit),          SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn),
                                   SCMP_SYS(clock_gettime), SCMP_SYS(futex),      SCMP_SYS(restart_syscall)};

/// AddressSanitizer asks where the signal stack lies whenever a function is left by a jump.
#if defined(__SANITIZE_ADDRESS__)
constexpr std::array calls_of_sanitizers{SCMP_SYS(sigaltstack)};
#else
constexpr std::array<int, 0> calls_of_sanitizers{};
#endif

std::vector<std::uint64_t> compiled_filter() {
  scmp_filter_ctx rules = seccomp_init(SCMP_ACT_KILL_PROCESS);
  if (rules == nullptr) return {};
  int failed = 0;
  for (const int call : allowed_calls) failed |= seccomp_rule_add(rules, SCMP_ACT_ALLOW, call, 0);
  for (const int call : calls_of_sanitizers) failed |= seccomp_rule_add(rules, SCMP_ACT_ALLOW, call, 0);
  failed |= seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
                             SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));
  failed |= seccomp_rule_add(rules, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                             SCMP_A2(SCMP_CMP_MASKED_EQ, ~std::uint64_t{PROT_READ | PROT_WRITE}, 0));
  std::vector<std::uint64_t> program;
  const int file = memfd_create("filter", MFD_CLOEXEC);
  if (failed == 0 && file >= 0 && seccomp_export_bpf(rules, file) == 0) {
    const auto bytes = lseek(file, 0, SEEK_END);
    program.resize(static_cast<std::size_t>(bytes) / sizeof(std::uint64_t));
    if (pread(file, program.data(), static_cast<std::size_t>(bytes), 0) != bytes) program.clear();
  }
  if (file >= 0) close(file);
  seccomp_release(rules);
  return program;
}
static_assert(sizeof(sock_filter) == sizeof(std::uint64_t), "a filter is kept as the kernel's instructions");

/// An unprivileged user may own namespaces when it owns a user namespace first.
void become_owner_of_namespaces() {
  const uid_t uid = geteuid();
  const gid_t gid = getegid();
  if (uid == 0 || unshare(CLONE_NEWUSER) != 0) return;
  const auto map = [](const char* path, unsigned id) {
    const int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    const auto line = std::to_string(id) + " " + std::to_string(id) + " 1";
    [[maybe_unused]] const auto wrote = write(file, line.data(), line.size());
    close(file);
  };
  if (const int file = open("/proc/self/setgroups", O_WRONLY | O_CLOEXEC); file >= 0) {
    [[maybe_unused]] const auto wrote = write(file, "deny", 4);
    close(file);
  }
  map("/proc/self/uid_map", uid);
  map("/proc/self/gid_map", gid);
}

bool enter_empty_root() {
  if (unshare(CLONE_NEWNS) != 0 || mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  if (mount("none", "/proc", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=4k,mode=555") != 0 || chdir("/proc") != 0)
    return false;
  if (syscall(SYS_pivot_root, ".", ".") != 0 || umount2(".", MNT_DETACH) != 0 || chdir("/") != 0) return false;
  return mount(nullptr, "/", nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) ==
         0;
}

/// True when a process can be born into its own PID namespace here.
bool can_have_own_pids() {
  const auto child = syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
  if (child == 0) _exit(0);
  if (child < 0) return false;
  waitpid(static_cast<pid_t>(child), nullptr, 0);
  return true;
}

bool drop_user() {
  for (int capability = 0; capability <= 63; ++capability)
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno == EINVAL) break;
  const bool somebody = geteuid() == 0;
  if (somebody &&
      (setgroups(0, nullptr) != 0 || setresgid(nobody, nobody, nobody) != 0 || setresuid(nobody, nobody, nobody) != 0))
    return false;
  // Who owns a user namespace of its own still has every capability in it.
  __user_cap_header_struct head{_LINUX_CAPABILITY_VERSION_3, 0};
  const std::array<__user_cap_data_struct, 2> none{};
  return syscall(SYS_capset, &head, none.data()) == 0;
}

/// Handles every right this kernel knows of, and grants none.
bool enter_landlock() {
  const auto abi = syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (abi < 1) return false;
  std::uint64_t rights = (1ULL << 13) - 1;
  if (abi >= 2) rights |= 1ULL << 13;
  if (abi >= 3) rights |= 1ULL << 14;
  if (abi >= 5) rights |= 1ULL << 15;
  const auto rules = static_cast<int>(syscall(SYS_landlock_create_ruleset, &rights, sizeof rights, 0));
  if (rules < 0) return false;
  const bool held = syscall(SYS_landlock_restrict_self, rules, 0) == 0;
  close(rules);
  return held;
}

bool limit(int resource, rlim_t most) {
  const rlimit both{most, most};
  return setrlimit(static_cast<__rlimit_resource>(resource), &both) == 0;
}

/// A sanitizer's shadow memory takes terabytes of addresses.
#if defined(__SANITIZE_ADDRESS__)
bool limit_addresses() { return true; }
#else
bool limit_addresses() { return limit(RLIMIT_AS, bounds::worker_address_bytes); }
#endif

bool enter_limits() {
  return limit_addresses() && limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_NPROC, 0) &&
         limit(RLIMIT_MEMLOCK, 0) && limit(RLIMIT_MSGQUEUE, 0) && limit(RLIMIT_SIGPENDING, 0) &&
         limit(RLIMIT_NOFILE, 0);
}

bool enter_seccomp(const plan& how) {
  if (how.filter.empty()) return false;
  // The kernel reads the program only.
  auto* program = reinterpret_cast<sock_filter*>(const_cast<std::uint64_t*>(how.filter.data()));
  const sock_fprog filter{static_cast<unsigned short>(how.filter.size()), program};
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_LOG, &filter) == 0 ||
         syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0;
}

} // namespace

std::string_view name(layer which) { return names[static_cast<std::size_t>(which)]; }

std::string missing(layer_set held) {
  std::string list;
  for (std::size_t i = 0; i < layers; ++i)
    if ((held & bit(static_cast<layer>(i))) == 0) list.append(list.empty() ? "" : ", ").append(names[i]);
  return list;
}

plan prepare() {
  plan how;
  how.filter = compiled_filter();
  become_owner_of_namespaces();
  if (unshare(CLONE_NEWNET) == 0) how.held |= bit(layer::network);
  if (unshare(CLONE_NEWIPC) == 0 && unshare(CLONE_NEWUTS) == 0) how.held |= bit(layer::ipc);
  if (enter_empty_root()) how.held |= bit(layer::mount);
  if (can_have_own_pids()) {
    how.held |= bit(layer::pid);
    how.fork_flags |= CLONE_NEWPID;
  }
  return how;
}

layer_set enter(const plan& how, int pipe) {
  layer_set held = how.held;
  if (pipe > 0) syscall(SYS_close_range, 0U, static_cast<unsigned>(pipe) - 1, 0);
  syscall(SYS_close_range, static_cast<unsigned>(pipe) + 1, ~0U, 0);
  if (drop_user()) held |= bit(layer::user);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0); // a change of uid clears it, so it comes after
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) held |= bit(layer::no_new_privs);
  if (enter_landlock()) held |= bit(layer::landlock);
  if (enter_limits()) held |= bit(layer::limits);
  if (enter_seccomp(how)) held |= bit(layer::seccomp);
  return held;
}

} // namespace enclaved::engine::sandbox
