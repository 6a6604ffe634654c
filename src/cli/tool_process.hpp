// One shell command with text on its stdin, of which stdout, the end of stderr and the exit status are gathered.
#pragma once

#include "base/result.hpp"
#include "cli/socket.hpp"

#include <poll.h>
#include <span>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace enclaved::cli {

class tool_process {
public:
  static result<tool_process> start(const std::string& shell_command, std::string input);
  tool_process(tool_process&&) noexcept;
  tool_process& operator=(tool_process&&) = delete;
  ~tool_process(); ///< kills it and what it started, when it still runs

  void append_interests(std::vector<pollfd>& out) const;
  /// Takes whatever is ready of its descriptors in `ready`.
  void advance(std::span<const pollfd> ready);

  bool ended() const { return ended_; }
  /// Stdout, or why there is none: the last line that it wrote to stderr.
  result<std::string> take_output();

private:
  tool_process() = default;

  void write_input();
  void drain();
  void reap();
  void kill_group() const;

  pid_t pid_ = -1;
  unique_fd exit_; ///< a pidfd: readable when the process has ended
  unique_fd stdin_, stdout_, stderr_;
  std::string input_;
  std::size_t written_ = 0; ///< of input_
  std::string output_;
  std::string complaint_; ///< the end of stderr
  bool output_too_large_ = false;
  bool ended_ = false;
  int exit_status_ = 0; ///< as waitpid tells it
};

} // namespace enclaved::cli
