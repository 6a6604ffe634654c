// The commands of the executable, one row each, and what they need from the process around them.
#pragma once

#include "base/result.hpp"
#include "cli/socket.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace enclaved::cli {

/// What the process's exit status says; scripts rely on the numbers.
enum class exit_status : int { ok = 0, script_failed = 1, usage = 2, unreachable = 3, interrupted = 130 };

using arguments = std::span<const std::string>;

/// How a command trusts a server over TLS. Files in PEM.
struct tls_options {
  bool on = false;
  std::string ca_file;          ///< empty: whom the system believes
  std::string certificate_file; ///< to show; empty: none
  std::string key_file;
};

/// What was looked at in a store, and how much of it is wrong.
struct store_census {
  std::uint64_t sessions = 0;
  std::uint64_t entries = 0;
  std::uint64_t notes = 0;
  std::uint64_t findings = 0;
};
using finding_sink = std::function<void(std::string_view line)>;

struct stored_backup {
  std::string path;
  std::uint64_t bytes = 0;
};

/// The data directory of a server that does not run.
struct store_tools {
  std::function<result<store_census>(const std::string& data_dir, const finding_sink& tell)> check;
  std::function<result<stored_backup>(const std::string& data_dir, const std::string& path)> back_up;
  std::function<result<store_census>(const std::string& backup, const std::string& data_dir, const finding_sink& tell)>
      restore;
};

/// What only the whole program can do, handed to the commands by `main`.
struct host {
  /// Runs the server until it ends; the arguments are its options.
  std::function<int(arguments)> serve;
  /// A server of this process's own that listens on nothing: a connected stream socket to it. It ends with the process.
  std::function<result<unique_fd>()> start_embedded;
  /// Makes of a connected socket one that is plain here and TLS there.
  std::function<result<unique_fd>(unique_fd connected, const std::string& name, const tls_options& how,
                                  std::uint32_t timeout_ms)>
      wrap_in_tls;
  store_tools store;
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
