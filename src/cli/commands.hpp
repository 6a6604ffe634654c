// The commands of the executable, one row each, and what they need from the process around them.
#pragma once

#include "base/result.hpp"
#include "cli/socket.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace enclaved::cli {

/// What the process's exit status says; scripts rely on the numbers.
enum class exit_status : int { ok = 0, script_failed = 1, usage = 2, unreachable = 3, interrupted = 130 };

using arguments = std::span<const std::string>;

/// What only the whole program can do, handed to the commands by `main`.
struct host {
  /// Runs the server until it ends; the arguments are its options.
  std::function<int(arguments)> serve;
  /// A server of this process's own that listens on nothing: a connected stream socket to it. It ends with the process.
  std::function<result<unique_fd>()> start_embedded;
};

struct command {
  std::string_view name;
  std::string_view usage;   ///< what stands after the name
  std::string_view summary; ///< a sentence without its full stop
  exit_status (*start)(arguments, const host&);
};

std::span<const command> commands();

/// The whole command line after the program's name: a command, or the server's options.
int dispatch(arguments all, const host& with);

} // namespace enclaved::cli
