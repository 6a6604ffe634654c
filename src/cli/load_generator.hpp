// The load generator: one thread, many connections, two ways to send.
//
// Closed loop: a fixed number of requests is in flight, and each answer sends the next. Latency is counted from the
// sending; a server that stalls is asked less meanwhile, so the percentiles flatter it. Open loop (a rate is given):
// requests are due at fixed times, whatever the server does, and latency is counted from when a request was due. A
// stall shows in every request that was due in it, whether or not it could be sent.
#pragma once

#include "base/result.hpp"
#include "cli/load_plan.hpp"

#include <functional>

namespace enclaved::cli {

/// `progress` is called about once a second with the answers so far and the seconds gone.
result<load_report> generate_load(const load_plan& plan,
                                  const std::function<void(std::uint64_t answers, double seconds)>& progress);

} // namespace enclaved::cli
