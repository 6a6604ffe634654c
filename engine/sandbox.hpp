// The jail around a worker process, in layers that hold without each other. Which of them the system permits is found
// by trying, told to the runtime, and shown in `status`.
//
// Two steps: the zygote prepares what all its children share (namespaces, an empty root, the compiled filter), once;
// each child then locks itself in, which takes microseconds and cannot be undone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace enclaved::engine::sandbox {

enum class layer : std::uint8_t {
  seccomp,      ///< a list of allowed system calls; any other one kills the process
  no_new_privs, ///< nothing it could execute would gain rights
  network,      ///< a network namespace without interfaces
  mount,        ///< a mount namespace whose root is empty and read-only
  ipc,          ///< an IPC and a UTS namespace of its own
  pid,          ///< a PID namespace of its own: it sees and signals nobody
  user,         ///< an unprivileged uid and gid, no groups, no capabilities
  landlock,     ///< no right on any file
  limits,       ///< rlimits: no descriptors, no files, no core, no processes
};
inline constexpr std::size_t layers = static_cast<std::size_t>(layer::limits) + 1;
std::string_view name(layer which);

/// Which layers hold: a bit each.
using layer_set = std::uint32_t;
constexpr layer_set bit(layer which) { return layer_set{1} << static_cast<unsigned>(which); }
inline constexpr layer_set all_layers = (layer_set{1} << layers) - 1;
std::string missing(layer_set held); ///< "network, pid"; empty when all hold

/// What the children of a zygote need to lock themselves in.
struct plan {
  layer_set held = 0;                ///< layers that the zygote has entered or knows to work
  std::vector<std::uint64_t> filter; ///< the seccomp program, as the kernel takes it
  unsigned long fork_flags = 0;      ///< namespaces that each child is born into
};

/// Enters the namespaces that children share, empties the root, compiles the filter. The caller keeps its rights to
/// fork.
plan prepare();

/// Locks the calling process in for good; `pipe` stays open, everything else is closed. Returns the layers that hold.
/// From here on only what a worker needs can be called.
layer_set enter(const plan& how, int pipe);

} // namespace enclaved::engine::sandbox
