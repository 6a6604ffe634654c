// What the load generator is to do, and what it saw.
#pragma once

#include "base/endpoint.hpp"
#include "base/limits.hpp"
#include "cli/histogram.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace enclaved::cli {

/// Whether every request carries the same text.
enum class script_texts : std::uint8_t { same, distinct };

struct load_plan {
  endpoint server;
  std::string token;
  std::uint32_t connect_timeout_ms = bounds::connect_ms;
  std::string code;
  script_texts texts = script_texts::same;
  std::optional<security_level> security;
  bool durable = false; ///< every run, each in a session of its own

  std::size_t connections = 1;
  std::size_t in_flight = 64;   ///< of all connections together; in the closed loop
  std::uint64_t rate = 0;       ///< requests per second, sent whether or not answers come; 0: the closed loop
  std::uint64_t count = 0;      ///< requests in all; 0: as many as fit the time
  std::uint64_t warm_up_ms = 0; ///< first, not counted
  std::uint64_t run_ms = 0;
};

struct load_report {
  std::uint64_t completed = 0; ///< answers with a result, counted after the warm-up
  std::uint64_t tool_calls = 0;
  std::uint64_t unanswered = 0;
  std::map<std::string, std::uint64_t> errors; ///< by code, of the server or of the script
  double seconds = 0;                          ///< from the first counted request to the last answer
  histogram latency_ns;                        ///< from when a request was meant to leave until its answer

  double per_second() const { return seconds > 0 ? static_cast<double>(completed) / seconds : 0; }
};

} // namespace enclaved::cli
