// Tool calls answered by commands: each call is a process of its own, several at a time, all driven by one poll.
//
//   waiting ──a slot is free──▶ running ──exits──▶ answered
//      └────────── cancelled ──────┘               (killed, not answered)
#pragma once

#include "cli/client.hpp"
#include "cli/run_options.hpp"

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace enclaved::cli {

class tool_processes {
public:
  /// Answers go to `to`, which outlives this.
  tool_processes(const std::vector<tool_command>& tools, client& to);
  ~tool_processes(); ///< ends what still runs

  /// A `tool.call` of the server.
  void call(std::uint32_t msgid, std::string_view argument);
  /// A `tool.cancel`: the process is killed and nothing is answered.
  void cancel(std::string_view argument);

  /// What to poll for, and what came of it: the same array, in the same order.
  std::vector<pollfd> interests() const;
  void advance(std::span<const pollfd> ready);

private:
  struct waiting_call {
    std::uint32_t msgid = 0;
    std::string call;
    const tool_command* tool = nullptr;
    std::string input;
  };
  struct process;

  void start_waiting();
  void finish(process& one);

  const std::vector<tool_command>& tools_;
  client& to_;
  std::deque<waiting_call> waiting_;
  std::vector<std::unique_ptr<process>> running_;
};

} // namespace enclaved::cli
