#include "service_manager.hpp"

#include "base/clock.hpp"

#include <string>
#include <systemd/sd-daemon.h>

namespace enclaved::service_manager {

namespace {

void notify(std::string state, std::string_view status) {
  sd_notify(0, (state + "\nSTATUS=" + std::string(status)).c_str());
}

} // namespace

void ready(std::string_view status) { notify("READY=1", status); }
void reloading(std::string_view status) {
  notify("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(steady_ns() / 1'000), status);
}
void stopping(std::string_view status) { notify("STOPPING=1", status); }
void alive() { sd_notify(0, "WATCHDOG=1"); }

std::uint64_t alive_every_ms() {
  std::uint64_t limit_us = 0;
  if (sd_watchdog_enabled(0, &limit_us) <= 0) return 0;
  return limit_us / 2'000; // half of the limit, as systemd advises
}

} // namespace enclaved::service_manager
