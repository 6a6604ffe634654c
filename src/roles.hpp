// The wiring of each role, top to bottom in the order data flows.
#pragma once

#include "base/result.hpp"
#include "cli/socket.hpp"
#include "config/settings.hpp"

namespace enclaved {

/// Broker and runtime in this process; returns the exit status when the server has ended.
int serve_standalone(const config::settings& settings);

/// A server of this process's own that listens on nothing: the client's end of its only connection.
result<cli::unique_fd> start_embedded();
/// Ends it, if there is one; before `main` returns.
void end_embedded();

} // namespace enclaved
