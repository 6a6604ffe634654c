// crypto: random values from the execution's seed, so that a replay draws the same. They are as good as a simulation
// needs, and no secret: whoever knows the seed knows them.
#pragma once

#include <duktape.h>

namespace enclaved::engine {

void add_random(duk_context* ctx);

} // namespace enclaved::engine
