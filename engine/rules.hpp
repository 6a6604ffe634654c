// What a server's configuration asks of scripts before they run: the guard's rules and the scoring gate's thresholds. A
// runtime tells them to each worker process once.
#pragma once

#include "engine/lang/guard.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace enclaved::engine {

struct script_rules {
  lang::guard_rules guard;
  std::uint32_t score_warn = 0;  ///< from this score on a script is logged as suspect; 0: never
  std::uint32_t score_block = 0; ///< from this score on it is refused; 0: never

  bool any() const { return guard.any() || score_warn != 0 || score_block != 0; }
};

/// As MessagePack, for the pipe.
std::string encoded(const script_rules& rules);
/// False: these are no rules.
bool read_rules(std::string_view bytes, script_rules& out);

} // namespace enclaved::engine
