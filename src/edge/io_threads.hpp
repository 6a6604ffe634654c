// The threads that wait for sockets and pipes. Each has an io_context of its own, so whatever lives on one of them
// needs no lock against the rest of that thread.
#pragma once

#include "base/loop.hpp"

#include <cstddef>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace enclaved::edge {

class io_threads {
public:
  /// 0: as many as this machine's cores suggest.
  explicit io_threads(std::size_t count = 0);
  ~io_threads(); ///< as `stop`

  io_threads(const io_threads&) = delete;
  io_threads& operator=(const io_threads&) = delete;

  /// Ends the threads and waits for them; handlers that have not run are dropped. Not from one of the threads.
  void stop();

  std::size_t count() const;
  boost::asio::io_context& first();
  boost::asio::io_context& next(); ///< each in its turn; from any thread
  loops as_loops();                ///< for whatever else shall run on them

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace enclaved::edge
