// A pipe to another process, as whoever owns it sees it: bytes go out without blocking, frames come in by a handler.
// The edge implements it over its I/O threads; tests implement it in memory.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace enclaved {

/// Frames on a link start with a 32-bit little-endian length of what follows.
class link {
public:
  virtual ~link() = default; ///< closes it; the handlers are not called afterwards

  /// Queues one or more whole frames. May be called from any thread. False when the queue's bound is reached or the link is closed.
  virtual bool send(std::string_view frames) = 0;
};

struct link_handlers {
  std::function<void(std::string_view frame)> on_frame; ///< without its length; called on an I/O thread
  std::function<void(std::string_view why)> on_closed;  ///< once: end of stream, an error, or a frame over the bound
};

/// Takes the descriptor over. `frame_bytes` bounds a frame, `queue_bytes` what waits for a peer that does not read.
using link_factory = std::function<std::unique_ptr<link>(int descriptor, link_handlers handlers, std::size_t frame_bytes, std::size_t queue_bytes)>;

} // namespace enclaved
