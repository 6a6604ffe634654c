#include "engine/sandbox.hpp"

#include "base/bounds.hpp"
#include "jailed.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <sched.h>
#include <string>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vector>

using namespace enclaved;
using namespace enclaved::engine;
using namespace enclaved::engine::test;

namespace {

/// A system call that whoever has broken out of the engine might try.
struct attempt {
  const char* what;
  long number;
  std::array<long, 6> with{};
};

long address_of(const void* what) { return static_cast<long>(reinterpret_cast<std::intptr_t>(what)); }

constexpr long page = 4'096;
alignas(page) std::array<char, page> some_page{};

std::vector<attempt> attempts() {
  const auto shell = address_of("/bin/sh");
  const auto memory = address_of("/proc/self/mem");
  const auto root = address_of("/");
  const auto room = address_of(some_page.data());
  return {
      // other processes
      {"fork", SYS_fork},
      {"vfork", SYS_vfork},
      {"clone", SYS_clone, {SIGCHLD}},
      {"clone of a thread", SYS_clone, {CLONE_VM | CLONE_THREAD | CLONE_SIGHAND, room + page}},
      {"clone3", SYS_clone3, {room, 64}},
      {"execve", SYS_execve, {shell}},
      {"execveat", SYS_execveat, {AT_FDCWD, shell}},
      {"ptrace of itself", SYS_ptrace, {PTRACE_TRACEME}},
      {"ptrace of the parent", SYS_ptrace, {PTRACE_ATTACH, 1}},
      {"process_vm_readv", SYS_process_vm_readv, {1, room, 1, room, 1}},
      {"process_vm_writev", SYS_process_vm_writev, {1, room, 1, room, 1}},
      {"kill of everybody", SYS_kill, {-1, 0}},
      {"tgkill", SYS_tgkill, {1, 1, 0}},
      {"rt_sigqueueinfo", SYS_rt_sigqueueinfo, {1, 0, room}},
      {"pidfd_open", SYS_pidfd_open, {1}},
      {"pidfd_getfd", SYS_pidfd_getfd, {0, 0}},
      {"pidfd_send_signal", SYS_pidfd_send_signal, {0, 0}},
      // files and sockets
      {"open", SYS_open, {root}},
      {"openat", SYS_openat, {AT_FDCWD, root}},
      {"openat of its memory", SYS_openat, {AT_FDCWD, memory, O_RDWR}},
      {"openat2", SYS_openat2, {AT_FDCWD, root, room, 24}},
      {"open_by_handle_at", SYS_open_by_handle_at, {AT_FDCWD, room}},
      {"creat", SYS_creat, {shell}},
      {"unlink", SYS_unlink, {shell}},
      {"stat", SYS_stat, {root, room}},
      {"readlink", SYS_readlink, {memory, room, 8}},
      {"getdents64", SYS_getdents64, {0, room, page}},
      {"memfd_create", SYS_memfd_create, {shell}},
      {"pipe2", SYS_pipe2, {room}},
      {"dup", SYS_dup, {0}},
      {"fcntl", SYS_fcntl, {0, F_DUPFD}},
      {"ioctl", SYS_ioctl, {0, 0x5412, room}},
      {"socket", SYS_socket, {AF_INET, SOCK_STREAM}},
      {"socketpair", SYS_socketpair, {AF_UNIX, SOCK_STREAM, 0, room}},
      {"connect", SYS_connect, {0, room, 16}},
      {"sendmsg, which could pass descriptors", SYS_sendmsg, {0, room}},
      {"recvmsg, which could take descriptors", SYS_recvmsg, {0, room}},
      {"inotify_init1", SYS_inotify_init1},
      // memory that could be run
      {"mprotect to executable", SYS_mprotect, {room, page, PROT_READ | PROT_EXEC}},
      {"pkey_mprotect", SYS_pkey_mprotect, {room, page, PROT_READ | PROT_EXEC, -1}},
      {"mmap of executable memory", SYS_mmap, {0, page, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0}},
      {"mmap of executable shared memory", SYS_mmap, {0, page, PROT_EXEC, MAP_SHARED | MAP_ANONYMOUS, -1, 0}},
      {"mmap of a file", SYS_mmap, {0, page, PROT_READ, MAP_PRIVATE, 0, 0}},
      {"userfaultfd", SYS_userfaultfd},
      {"shmget", SYS_shmget, {0, page, 0600}},
      {"remap_file_pages", SYS_remap_file_pages, {room, page}},
      // the kernel's large surfaces
      {"io_uring_setup", SYS_io_uring_setup, {8, room}},
      {"bpf", SYS_bpf, {0, room, 64}},
      {"perf_event_open", SYS_perf_event_open, {room}},
      {"keyctl", SYS_keyctl},
      {"add_key", SYS_add_key, {shell, shell}},
      {"modify_ldt", SYS_modify_ldt},
      {"init_module", SYS_init_module, {room, page}},
      {"finit_module", SYS_finit_module},
      {"kexec_load", SYS_kexec_load},
      {"msgget", SYS_msgget},
      {"mq_open", SYS_mq_open, {shell}},
      {"timer_create", SYS_timer_create, {0, 0, room}},
      {"setitimer", SYS_setitimer},
      {"syslog", SYS_syslog},
      {"personality", SYS_personality},
      // rights
      {"prctl", SYS_prctl, {PR_SET_DUMPABLE, 1}},
      {"arch_prctl", SYS_arch_prctl, {0x1003, room}},
      {"seccomp", SYS_seccomp},
      {"prlimit64", SYS_prlimit64},
      {"setrlimit", SYS_setrlimit, {RLIMIT_NOFILE, room}},
      {"setuid", SYS_setuid, {0}},
      {"setresuid", SYS_setresuid, {0, 0, 0}},
      {"setgroups", SYS_setgroups, {0}},
      {"capset", SYS_capset, {room, room}},
      {"unshare", SYS_unshare, {CLONE_NEWUSER}},
      {"setns", SYS_setns, {0, CLONE_NEWNET}},
      {"mount", SYS_mount, {root, root, shell}},
      {"umount2", SYS_umount2, {root, 0}},
      {"pivot_root", SYS_pivot_root, {root, root}},
      {"chroot", SYS_chroot, {root}},
      {"sethostname", SYS_sethostname, {shell, 1}},
      {"reboot", SYS_reboot},
      {"rt_sigaction, which could catch its own end", SYS_rt_sigaction, {SIGSYS, 0, room, 8}},
      {"sched_setaffinity", SYS_sched_setaffinity, {0, 8, room}},
      {"a call of the other 64-bit convention", 0x40000000L + SYS_getpid},
      {"a call that does not exist", 4'000},
  };
}

void check_killed(const char* what, int status) {
  INFO(what << " ended with wait status " << status);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGSYS);
}

std::vector<jail_user> users() {
  if (::geteuid() != 0) return {jail_user::as_we_are};
  return {jail_user::as_we_are, jail_user::plain};
}

/// Waits until the test lets go of the pipe.
void stay(int pipe) {
  char byte = 0;
  while (::read(pipe, &byte, 1) > 0) {
    // nop
  }
}

/// The words after a key in /proc/PID/status.
std::string field(const std::string& status, const std::string& key) {
  const auto at = status.find("\n" + key + ":\t");
  if (at == std::string::npos) return "missing";
  const auto begin = at + key.size() + 3;
  return status.substr(begin, status.find('\n', begin) - begin);
}

bool same_namespace(pid_t other, const std::string& kind) {
  const auto link = [&kind](const std::string& who) {
    return std::filesystem::read_symlink("/proc/" + who + "/ns/" + kind);
  };
  return link("self") == link(std::to_string(other));
}

} // namespace

TEST_CASE("every system call that a worker does not need ends it at once") {
  for (const auto who : users())
    for (const auto& one : attempts()) {
      jailed process(who, [&one](int) {
        const auto& with = one.with;
        ::syscall(one.number, with[0], with[1], with[2], with[3], with[4], with[5]);
      });
      check_killed(one.what, process.ended());
    }
}

#if defined(__x86_64__)
TEST_CASE("a system call of a 32-bit process ends the worker") {
  jailed process(jail_user::as_we_are, [](int) {
    long number = 20; // getpid there; on a kernel without them the instruction faults
    asm volatile("int $0x80" : "+a"(number) : : "memory");
  });
  const int status = process.ended();
  CHECK(WIFSIGNALED(status));
  CHECK((WTERMSIG(status) == SIGSYS || WTERMSIG(status) == SIGSEGV));
}
#endif

TEST_CASE("a worker inside the jail can use its pipe, its memory and the clock") {
  for (const auto who : users()) {
    jailed process(who, [](int pipe) {
      auto* const got = static_cast<char*>(
          ::mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
      if (got == MAP_FAILED) ::_exit(2);
      got[page] = 'x';
      auto* const moved = static_cast<char*>(::mremap(got, 2 * page, 4 * page, MREMAP_MAYMOVE));
      if (moved == MAP_FAILED || moved[page] != 'x' || ::madvise(moved, 4 * page, MADV_DONTNEED) != 0) ::_exit(3);
      if (::munmap(moved, 4 * page) != 0) ::_exit(4);
      timespec now{};
      if (::syscall(SYS_clock_gettime, CLOCK_THREAD_CPUTIME_ID, &now) != 0) ::_exit(5);
      char byte = 0;
      if (::read(pipe, &byte, 1) != 1 || byte != '?' || ::write(pipe, "!", 1) != 1) ::_exit(6);
    });
    CHECK(::write(process.pipe(), "?", 1) == 1);
    char byte = 0;
    CHECK(::read(process.pipe(), &byte, 1) == 1);
    CHECK(byte == '!');
    CHECK(process.ended() == 0);
  }
}

TEST_CASE("a worker inside the jail has no descriptor but its pipe") {
  for (const auto who : users()) {
    jailed process(who, stay);
    std::size_t open = 0;
    for ([[maybe_unused]] const auto& one :
         std::filesystem::directory_iterator("/proc/" + std::to_string(process.pid()) + "/fd"))
      ++open;
    CHECK(open == 1);
    CHECK(process.ended() == 0);
  }
}

TEST_CASE("a worker inside the jail is nobody, can nothing and gains nothing") {
  for (const auto who : users()) {
    jailed process(who, stay);
    const auto status = process.about("status");
    CHECK(field(status, "NoNewPrivs") == "1");
    CHECK(field(status, "Seccomp") == "2");
    if (!namespaces_are_permitted(who)) {
      WARN("this system permits no namespaces: " << sandbox::missing(process.held()) << " are not checked");
      CHECK(process.ended() == 0);
      continue;
    }
    CHECK(sandbox::missing(process.held()).empty());
    if (::geteuid() == 0) {
      CHECK(field(status, "Uid") == "65534\t65534\t65534\t65534");
      CHECK(field(status, "Gid") == "65534\t65534\t65534\t65534");
      CHECK(field(status, "Groups").find_first_of("0123456789") == std::string::npos);
    }
    for (const auto* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"})
      CHECK(field(status, set) == "0000000000000000");
    CHECK(field(status, "NSpid").ends_with("\t1"));
    for (const auto* kind : {"net", "mnt", "ipc", "uts", "pid"}) {
      INFO(kind);
      CHECK_FALSE(same_namespace(process.pid(), kind));
    }
    // Its root is empty and cannot be filled.
    const auto mounts = process.about("mounts");
    CHECK(mounts.starts_with("none / tmpfs ro"));
    CHECK(std::count(mounts.begin(), mounts.end(), '\n') == 1);
    CHECK(process.ended() == 0);
  }
}

TEST_CASE("a worker inside the jail may open, write, fork and dump nothing by its limits too") {
  jailed process(jail_user::as_we_are, stay);
  const auto limits = process.about("limits");
  const auto row = [&limits](const std::string& name) {
    const auto line = limits.substr(limits.find(name), 60);
    return line.substr(name.size(), line.size() - name.size());
  };
  for (const auto* none :
       {"Max core file size", "Max processes", "Max open files", "Max locked memory", "Max msgqueue size"}) {
    INFO(none << row(none));
    CHECK(row(none).substr(row(none).find_first_not_of(' ')).starts_with("0 "));
  }
}

TEST_CASE("a worker inside the jail ends when who made it ends") {
  jailed process(jail_user::as_we_are, stay);
  const pid_t warden = [&process] {
    const auto status = process.about("status");
    return static_cast<pid_t>(std::stol(field(status, "PPid")));
  }();
  ::kill(warden, SIGKILL);
  char byte = 0;
  CHECK(::read(process.pipe(), &byte, 1) == 0); // its end of the pipe closed with it
}

TEST_CASE("what is missing is named, in order") {
  using namespace sandbox;
  CHECK(missing(all_layers).empty());
  CHECK(missing(all_layers & ~bit(layer::network)) == "network");
  CHECK(missing(all_layers & ~bit(layer::pid) & ~bit(layer::network)) == "network, pid");
  CHECK(missing(0) == "seccomp, no_new_privs, network, mount, ipc, pid, user, landlock, limits");
}
