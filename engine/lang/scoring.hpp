// The scoring gate: rules that tell how much a script looks like one that takes data out, each worth some points. It
// judges the source as it was sent. A score is a reason to look, not a proof.
#pragma once

#include "engine/lang/facts.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace enclaved::engine::lang {

/// One rule that fits somewhere in a script.
struct signal {
  std::string_view rule;
  std::uint32_t score = 0; ///< what the rule is worth; a rule counts once, however often it fits
  std::string message;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

struct assessment {
  std::uint32_t score = 0;     ///< 0 to 100
  std::vector<signal> signals; ///< in the order of the source; of each rule at most bounds::signals_of_a_rule
};

inline constexpr std::uint32_t score_most = 100;

assessment assess(const program& tree, const facts& found);

} // namespace enclaved::engine::lang
