// What a script would have to be granted, suggested from its code.
#pragma once

#include "engine/lang/facts.hpp"

#include <string>
#include <vector>

namespace enclaved::engine::lang {

/// In the order of the alphabet, each once: `ext:NAME` for a tool, `ext:*` when a name is computed, `events:emit:NAME`
/// for what tells the client of progress, `state:read:KEY` and `state:write:KEY`, and the plain words `timers`,
/// `random`, `clock`.
std::vector<std::string> suggested_capabilities(const facts& found);

} // namespace enclaved::engine::lang
