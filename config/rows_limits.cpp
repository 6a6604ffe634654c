#include "config/option_rows.hpp"

#include <algorithm>

namespace enclaved::config {

namespace {

using bounds::gib;
using bounds::kib;
using bounds::mib;

/// What an operator may set a limit to, and what it means, in the order of `limit_rows()`.
struct limit_words {
  std::uint64_t least;
  std::uint64_t most;
  const char* help;
};

constexpr std::uint64_t day_ms = 86'400'000;

constexpr std::array<limit_words, limits_count> words{{
    {1, day_ms, "wall clock of a run while it executes, waits for tools left out"},
    {1, day_ms, "processor time of a run"},
    {0, 30 * day_ms, "wall clock of a run with all waits; 0: none"},
    {bounds::heap_bytes_min, bounds::heap_bytes_max, "heap of a run"},
    {16 * kib, 16 * mib, "stack of a run's script frames"},
    {0, 1'000'000'000'000, "iterations of one loop; 0: any"},
    {0, 1'000'000'000, "tool calls of a run"},
    {0, 30 * day_ms, "how long one tool call may take; 0: as long as the session lives"},
    {1 * kib, bounds::pipe_frame_bytes / 2, "result of one tool call"},
    {0, 1 * gib, "what a run prints and logs"},
    {0, 1'000'000'000, "how often a run prints and logs"},
    {1 * kib, bounds::pipe_frame_bytes / 2, "result of a run"},
    {1, bounds::nesting, "depth of a value that enters or leaves a run"},
    {1, 100'000'000, "entries of a value that enters or leaves a run, in all"},
}};

std::string option_name(std::string_view limit) {
  std::string name(limit);
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

} // namespace

void append_limit_rows(option_rows& table) {
  option_rows section;
  for (std::size_t i = 0; i < limits_count; ++i)
    section.push_back(rows::number(
        {option_name(limit_rows()[i].name), "N", "", words[i].help}, words[i].least,
        words[i].most, [i](draft & d) -> auto& { return d.limits[i]; }));
  section.push_back(rows::number(
      {"messages-per-second", "N", "", "messages of one execution; more are slowed down"}, 1, 1'000'000,
      [](draft & d) -> auto& { return d.messages_per_second; }));
  append_section(table, "Limits of a run (by default those of its security level)", for_all, std::move(section));
}

} // namespace enclaved::config
