// What systemd asks of a service: ready, stopping, and a sign of life at intervals. Without systemd nothing happens.
// Home of libsystemd.
#pragma once

#include <cstdint>
#include <string_view>

namespace enclaved::service_manager {

void ready(std::string_view status);
void reloading(std::string_view status);
void stopping(std::string_view status);
void alive();
/// How often `alive` is wanted, in milliseconds; 0: not at all.
std::uint64_t alive_every_ms();

} // namespace enclaved::service_manager
