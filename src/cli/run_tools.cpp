#include "cli/run_tools.hpp"

#include "cli/fields.hpp"
#include "cli/tool_process.hpp"
#include "wire/json.hpp"

#include <algorithm>

namespace enclaved::cli {

/// A started call: whom to answer, and the process that finds the answer.
struct tool_processes::process {
  waiting_call asked;
  tool_process at_work;
};

tool_processes::tool_processes(const std::vector<tool_command>& tools, client& to) : tools_(tools), to_(to) {}
tool_processes::~tool_processes() = default;

void tool_processes::call(std::uint32_t msgid, std::string_view argument) {
  const auto name = text_field(argument, "tool");
  const auto found =
      std::find_if(tools_.begin(), tools_.end(), [&name](const auto& tool) { return tool.name == name; });
  if (found == tools_.end()) return to_.refuse(msgid, {error_code::not_found, "no --tool answers " + name});
  if (waiting_.size() >= bounds::tool_calls_waiting)
    return to_.refuse(msgid, {error_code::overloaded, "too many tool calls wait for a process"});
  auto input = wire::to_json(field(argument, "args").value_or(std::string_view("\xc0", 1)));
  if (!input) return to_.refuse(msgid, input.problem());
  waiting_.push_back({msgid, text_field(argument, "call"), &*found, std::move(*input)});
  start_waiting();
}

void tool_processes::cancel(std::string_view argument) {
  const auto call = text_field(argument, "call");
  std::erase_if(waiting_, [&call](const auto& one) { return one.call == call; });
  std::erase_if(running_, [&call](const auto& one) { return one->asked.call == call; });
  start_waiting();
}

std::vector<pollfd> tool_processes::interests() const {
  std::vector<pollfd> out;
  for (const auto& one : running_) one->at_work.append_interests(out);
  return out;
}

void tool_processes::advance(std::span<const pollfd> ready) {
  for (const auto& one : running_) {
    one->at_work.advance(ready);
    if (one->at_work.ended()) finish(*one);
  }
  std::erase_if(running_, [](const auto& one) { return one->at_work.ended(); });
  start_waiting();
}

void tool_processes::start_waiting() {
  while (!waiting_.empty() && running_.size() < bounds::tool_processes) {
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    auto started = tool_process::start(next.tool->shell_command, std::move(next.input));
    if (!started)
      to_.refuse(next.msgid, started.problem());
    else
      running_.push_back(std::make_unique<process>(process{std::move(next), std::move(*started)}));
  }
}

void tool_processes::finish(process& one) {
  const auto msgid = one.asked.msgid;
  auto output = one.at_work.take_output();
  if (!output) return to_.refuse(msgid, output.problem());
  if (output->find_first_not_of(" \t\r\n") == std::string::npos) return to_.respond(msgid, std::string_view("\xc0", 1));
  auto encoded = wire::from_json(*output);
  if (!encoded)
    return to_.refuse(msgid,
                      {error_code::internal, one.asked.tool->name + " printed no JSON: " + encoded.problem().message});
  to_.respond(msgid, *encoded);
}

} // namespace enclaved::cli
