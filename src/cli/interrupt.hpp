// Ctrl-C and SIGTERM as something to poll for, while a command has processes of its own to end first.
#pragma once

#include "cli/socket.hpp"

#include <csignal>

namespace enclaved::cli {

class interrupt {
public:
  interrupt();
  ~interrupt();
  interrupt(const interrupt&) = delete;
  interrupt& operator=(const interrupt&) = delete;

  /// Readable once a signal has come.
  int descriptor() const { return signals_.get(); }
  /// Waits for the next one.
  void clear() const;

private:
  sigset_t before_{};
  unique_fd signals_;
};

} // namespace enclaved::cli
