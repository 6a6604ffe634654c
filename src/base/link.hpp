// A pipe to another process, as whoever owns it sees it: bytes go out without blocking, frames come in by a handler.
// The edge implements it over its I/O threads; tests implement it in memory.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace enclaved {

static_assert(std::endian::native == std::endian::little, "a frame's length is read as it lies in memory");

/// Frames on a link start with a 32-bit little-endian length of what follows.
class link {
public:
  virtual ~link() = default; ///< closes it; the handlers are not called afterwards

  /// Queues one or more whole frames. May be called from any thread. False when the queue's bound is reached or the
  /// link is closed.
  virtual bool send(std::string_view frames) = 0;

  /// So many bytes that `on_frames` brought have been worked off. Only who sets `read_ahead_bytes` needs to say so.
  virtual void worked_off(std::size_t /*bytes*/) {}
};

/// Takes the first frame from bytes that hold whole frames, without its length; nothing when they are used up.
inline std::optional<std::string_view> take_frame(std::string_view& frames) {
  std::uint32_t length = 0;
  if (frames.size() < sizeof length) return std::nullopt;
  std::memcpy(&length, frames.data(), sizeof length);
  if (frames.size() - sizeof length < length) return std::nullopt;
  const auto frame = frames.substr(sizeof length, length);
  frames.remove_prefix(sizeof length + length);
  return frame;
}

struct link_handlers {
  /// What one read brought: one or more whole frames, each behind its length. Called on an I/O thread.
  std::function<void(std::string_view frames)> on_frames;
  std::function<void(std::string_view why)> on_closed; ///< once: end of stream, an error, or a frame over the bound
  /// While more than so many bytes have not been worked off, nothing further is read: the other side has to wait. 0: it
  /// never waits.
  std::size_t read_ahead_bytes = 0;
};

/// Takes the descriptor over. `frame_bytes` bounds a frame, `queue_bytes` what waits for a peer that does not read.
using link_factory = std::function<std::unique_ptr<link>(int descriptor, link_handlers handlers,
                                                         std::size_t frame_bytes, std::size_t queue_bytes)>;

} // namespace enclaved
