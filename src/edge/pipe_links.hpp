// Links to worker processes over UNIX stream sockets, on the edge's I/O threads.
#pragma once

#include "base/link.hpp"

namespace enclaved::edge {

class io_threads;

/// The threads must outlive every link. A link's destructor waits for a handler that is running on another thread, so
/// do not hold what the handler needs while destroying it; a handler may destroy its own link.
link_factory links_on(io_threads& threads);

} // namespace enclaved::edge
