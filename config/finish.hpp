// What only makes sense of several options together: automatic numbers, levels with their overrides, contradictions.
#pragma once

#include "config/load.hpp"
#include "config/options.hpp"

namespace enclaved::config {

void finish(draft& into, const surroundings& from, violations& wrong);

} // namespace enclaved::config
