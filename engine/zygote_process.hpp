// What the zygote does: wait for orders, fork, tell who ended.
#pragma once

namespace enclaved::engine {

/// Never returns; ends when the control socket closes, and its workers with it.
[[noreturn]] void serve_as_zygote(int control);

} // namespace enclaved::engine
