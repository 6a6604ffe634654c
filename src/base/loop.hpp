// A thread that does what it is given, one after the other, as whoever gives it work sees it. The edge's I/O threads
// are such loops; between their reads and writes they run the actors.
#pragma once

#include <vector>

namespace enclaved {

class loop {
public:
  virtual ~loop() = default;
  /// From any thread. `what` runs on the loop's thread, after what was posted before it.
  virtual void post(void (*what)(void*), void* with) = 0;
};

/// They outlive whoever posts to them.
using loops = std::vector<loop*>;

} // namespace enclaved
