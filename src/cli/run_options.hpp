// What `enclaved run` was asked for.
#pragma once

#include "base/limits.hpp"
#include "base/pack.hpp"
#include "cli/connection.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace enclaved::cli {

/// A command that answers the calls of one tool: arguments as JSON on stdin, result as JSON on stdout.
struct tool_command {
  std::string name;
  std::string shell_command;
};

enum class shown_events : std::uint8_t { output, all };

struct run_options {
  connection_options connection;
  std::string inputs; ///< as given: JSON, or @FILE
  std::vector<tool_command> tools;
  std::vector<std::pair<std::string, std::string>> labels;
  std::vector<std::pair<std::string, std::uint64_t>> limits; ///< by the protocol's names
  std::optional<security_level> security;
  shown_events events = shown_events::output;
  std::uint64_t timeout_ms = 0; ///< with all waits; 0: none
};

std::vector<config::option<run_options>> run_option_table();

/// The one map of `run`'s params. `inputs` are read and converted here.
result<std::string> run_argument(const run_options& options, std::string_view code);

} // namespace enclaved::cli
