// The answer to `status`: what a node shows of itself.
#pragma once

#include "actors/gauges.hpp"
#include "wire/requests.hpp"

#include <cstdint>
#include <string>

namespace enclaved {

/// What of a node does not change.
struct node_facts {
  std::string node;
  std::string role;
  std::string version;
  std::uint64_t started_at_ms = 0; ///< steady
  wire::label_list labels;
};

std::string status_answer(const node_facts& facts, const gauges& shown, std::uint64_t now_ms);
/// The answer to `admin.runtimes`.
std::string runtimes_answer(const node_facts& facts, const gauges& shown);

} // namespace enclaved
