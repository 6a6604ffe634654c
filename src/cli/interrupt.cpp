#include "cli/interrupt.hpp"

#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace enclaved::cli {

interrupt::interrupt() {
  sigset_t some;
  sigemptyset(&some);
  sigaddset(&some, SIGINT);
  sigaddset(&some, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &some, &before_);
  signals_ = unique_fd(::signalfd(-1, &some, SFD_CLOEXEC | SFD_NONBLOCK));
}

interrupt::~interrupt() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

void interrupt::clear() const {
  signalfd_siginfo taken{};
  while (::read(signals_.get(), &taken, sizeof taken) > 0) {
    // Several may have come.
  }
}

} // namespace enclaved::cli
