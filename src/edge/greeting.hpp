// `hello` and `ping`: what the edge answers without asking anyone.
#pragma once

#include "base/pack.hpp"
#include "edge/options.hpp"
#include "wire/service.hpp"

#include <string>

namespace enclaved::edge {

/// The result of `hello`; its limits are those of the highest level that this client may use.
std::string hello_result(const server_options& options, const wire::principal& who);
std::string ping_result();

} // namespace enclaved::edge
