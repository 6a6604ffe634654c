#include "edge/pipe_links.hpp"

#include "base/bounds.hpp"
#include "edge/asio.hpp"
#include "edge/io_threads.hpp"
#include "wire/input_buffer.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <cstring>
#include <mutex>
#include <sys/socket.h>

namespace enclaved::edge {

namespace {

constexpr std::size_t prefix_bytes = sizeof(std::uint32_t);

/// One end of a pipe. It lives as long as an operation of it is under way; `pipe_link` is what its owner holds.
/// The output is sent by whoever calls `send` while nothing waits, and by the I/O thread otherwise.
class pipe_end : public std::enable_shared_from_this<pipe_end> {
public:
  pipe_end(asio::io_context& context, int descriptor, link_handlers handlers, std::size_t frame_bytes,
           std::size_t queue_bytes)
      : context_(context), socket_(context, asio::local::stream_protocol(), descriptor), handlers_(std::move(handlers)),
        read_ahead_bytes_(handlers_.read_ahead_bytes), frame_bytes_(frame_bytes), queue_bytes_(queue_bytes) {
    socket_.native_non_blocking(true);
  }

  void start() {
    asio::post(context_, [self = shared_from_this()] { self->read(); });
  }

  bool send(std::string_view frames) {
    const std::scoped_lock lock{output_lock_};
    if (output_closed_ || waiting_.size() + sending_.size() + frames.size() > queue_bytes_) return false;
    if (!draining_) frames.remove_prefix(send_now(frames));
    if (frames.empty()) return true;
    waiting_.append(frames);
    if (draining_) return true;
    draining_ = true;
    asio::post(context_, [self = shared_from_this()] { self->drain(); });
    return true;
  }

  void worked_off(std::size_t bytes) {
    const std::scoped_lock lock{flow_lock_};
    ahead_bytes_ -= std::min(bytes, ahead_bytes_);
    if (!reading_waits_ || ahead_bytes_ > read_ahead_bytes_) return;
    reading_waits_ = false;
    asio::post(context_, [self = shared_from_this()] { self->read(); });
  }

  /// The owner's farewell: no handler is called after it returns, unless it is called by one.
  void leave() {
    {
      const std::scoped_lock lock{handlers_lock_};
      left_ = true;
    }
    {
      const std::scoped_lock lock{output_lock_};
      output_closed_ = true;
    }
    asio::post(context_, [self = shared_from_this()] {
      self->shut();
      self->handlers_ = {}; // what they hold may go now
    });
  }

private:
  // -- output; under output_lock_

  /// How much the kernel took at once. An error is left to the reading side, which sees it too.
  std::size_t send_now(std::string_view bytes) {
    const auto sent = ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent > 0 ? static_cast<std::size_t>(sent) : 0;
  }

  // -- on the I/O thread

  void drain() {
    {
      const std::scoped_lock lock{output_lock_};
      sending_.clear();
      if (sending_.capacity() > spare_bytes) sending_.shrink_to_fit();
      if (output_closed_ || waiting_.empty()) {
        draining_ = false;
        return;
      }
      std::swap(sending_, waiting_);
    }
    asio::async_write(socket_, asio::buffer(sending_),
                      [self = shared_from_this()](const io_error& failure, std::size_t) {
                        if (failure)
                          self->give_up_output();
                        else
                          self->drain();
                      });
  }

  /// The reading side tells of the end, when it has read what was said before.
  void give_up_output() {
    const std::scoped_lock lock{output_lock_};
    output_closed_ = true;
    draining_ = false;
    waiting_ = {};
    sending_ = {};
  }

  void read() {
    if (!socket_.is_open()) return;
    const auto room = input_.room();
    socket_.async_read_some(asio::buffer(room.data(), room.size()), [self = shared_from_this()](const io_error& failure,
                                                                                                std::size_t bytes) {
      if (failure)
        return self->ended(failure == asio::error::eof ? "the other side closed the pipe" : failure.message());
      self->input_.filled(bytes);
      if (self->deliver() && !self->must_wait()) self->read();
    });
  }

  /// Hands over every whole frame; false when there is nobody to read for any more.
  bool deliver() {
    {
      const std::scoped_lock lock{handlers_lock_};
      const auto frames = whole_frames();
      if (!left_ && !frames.empty()) {
        note_ahead(frames.size());
        handlers_.on_frames(frames);
      }
      if (left_) return false;
    }
    if (!frame_too_large_) return true;
    ended("a frame is larger than its bound");
    return false;
  }

  void note_ahead(std::size_t bytes) {
    const std::scoped_lock lock{flow_lock_};
    if (read_ahead_bytes_ != 0) ahead_bytes_ += bytes;
  }

  /// Reading goes on when enough has been worked off.
  bool must_wait() {
    const std::scoped_lock lock{flow_lock_};
    reading_waits_ = ahead_bytes_ > read_ahead_bytes_;
    return reading_waits_;
  }

  /// All frames that are there whole, up to one that is over the bound.
  std::string_view whole_frames() {
    const auto unread = input_.unread();
    std::size_t end = 0;
    while (unread.size() - end >= prefix_bytes) {
      std::uint32_t length = 0;
      std::memcpy(&length, unread.data() + end, prefix_bytes);
      frame_too_large_ = length > frame_bytes_;
      if (frame_too_large_ || unread.size() - end - prefix_bytes < length) break;
      end += prefix_bytes + length;
    }
    input_.consume(end);
    return unread.substr(0, end);
  }

  void ended(const std::string& why) {
    {
      const std::scoped_lock lock{output_lock_};
      output_closed_ = true;
    }
    shut();
    const std::scoped_lock lock{handlers_lock_};
    if (std::exchange(ended_, true) || left_) return;
    handlers_.on_closed(why);
  }

  /// Sends go by the raw descriptor, so it is closed under their lock.
  void shut() {
    const std::scoped_lock lock{output_lock_};
    io_error ignored;
    socket_.close(ignored);
  }

  static constexpr std::size_t spare_bytes = 64 * bounds::kib;

  asio::io_context& context_;
  local_socket socket_;
  link_handlers handlers_;
  const std::size_t read_ahead_bytes_;
  const std::size_t frame_bytes_;
  const std::size_t queue_bytes_;

  wire::input_buffer input_; // of the I/O thread, like frame_too_large_
  bool frame_too_large_ = false;

  std::recursive_mutex handlers_lock_; // recursive, because a handler may destroy the link
  bool left_ = false;
  bool ended_ = false;

  std::mutex flow_lock_;
  std::size_t ahead_bytes_ = 0; // delivered and not worked off
  bool reading_waits_ = false;

  std::mutex output_lock_;
  std::string waiting_;
  std::string sending_; // read by the kernel while a write is under way; changed by the I/O thread between writes only
  bool draining_ = false;
  bool output_closed_ = false;
};

class pipe_link final : public link {
public:
  explicit pipe_link(std::shared_ptr<pipe_end> end) : end_(std::move(end)) { end_->start(); }
  ~pipe_link() override { end_->leave(); }

  bool send(std::string_view frames) override { return end_->send(frames); }
  void worked_off(std::size_t bytes) override { end_->worked_off(bytes); }

private:
  std::shared_ptr<pipe_end> end_;
};

} // namespace

link_factory links_on(io_threads& threads) {
  return [&threads](int descriptor, link_handlers handlers, std::size_t frame_bytes,
                    std::size_t queue_bytes) -> std::unique_ptr<link> {
    return std::make_unique<pipe_link>(
        std::make_shared<pipe_end>(threads.next(), descriptor, std::move(handlers), frame_bytes, queue_bytes));
  };
}

} // namespace enclaved::edge
