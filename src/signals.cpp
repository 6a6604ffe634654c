#include "signals.hpp"

#include <csignal>
#include <ctime>
#include <initializer_list>

namespace enclaved {

namespace {

sigset_t ours() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  return set;
}

} // namespace

void block_signals() {
  const auto set = ours();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

signal_event next_signal(std::uint32_t within_ms) {
  const auto set = ours();
  const timespec limit{static_cast<time_t>(within_ms / 1'000), static_cast<long>(within_ms % 1'000) * 1'000'000};
  const int got = sigtimedwait(&set, nullptr, &limit);
  if (got < 0) return signal_event::none;
  return got == SIGHUP ? signal_event::reload : signal_event::stop;
}

} // namespace enclaved
