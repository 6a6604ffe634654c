// What commands do with the data directory of a server that does not run.
#pragma once

#include "cli/commands.hpp"

namespace enclaved {

cli::store_tools store_tools();

} // namespace enclaved
