// One connection of the load generator: requests go out as the generator says, answers come back with their time.
#pragma once

#include "cli/load_frames.hpp"
#include "cli/socket.hpp"
#include "wire/rpc.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace enclaved::cli {

/// One answered request. `failure` is empty, or the code of the server's or the script's error.
struct load_answer {
  std::uint64_t meant_at_ns = 0;
  std::string failure;
};

class load_connection {
public:
  load_connection(unique_fd socket, const std::string& token);

  int descriptor() const { return socket_.get(); }
  std::size_t in_flight() const { return started_.size() - free_.size(); }
  bool can_send() const { return in_flight() < bounds::requests_in_flight; }
  std::uint64_t tool_calls() const { return tool_calls_; }

  /// Queues one request that was meant to leave at that time.
  void send(request_frame& frame, std::uint64_t meant_at_ns);

  enum class condition : std::uint8_t { drained, blocked, broken };
  /// Sends what is queued. `blocked`: the rest waits until the socket is writable.
  condition flush();
  /// Remembers whether the socket is full. True when that is news.
  bool note(condition now) {
    const bool before = std::exchange(blocked_, now == condition::blocked);
    return before != blocked_;
  }

  /// Reads what came and answers tool calls; `answers` grows. False: the connection is gone, `why()` says why.
  bool receive(std::vector<load_answer>& answers);
  const std::string& why() const { return why_; }

private:
  bool take(const wire::message& message, std::vector<load_answer>& answers);
  bool broken(std::string why);

  unique_fd socket_;
  wire::message_reader in_;
  std::string out_;
  std::size_t sent_ = 0;
  bool blocked_ = false;
  std::vector<std::uint64_t> started_; ///< by message id: when the request was meant to leave
  std::vector<std::uint32_t> free_;    ///< message ids that nothing waits for
  std::uint64_t tool_calls_ = 0;
  std::string why_;
};

} // namespace enclaved::cli
