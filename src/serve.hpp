// The command `enclaved` without a sub-command: read the configuration, be the server.
#pragma once

#include "cli/commands.hpp"

namespace enclaved {

int serve(cli::arguments options);

} // namespace enclaved
