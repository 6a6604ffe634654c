// `hello` and `ping`: what the edge answers without asking anyone.
#pragma once

#include "base/pack.hpp"
#include "edge/options.hpp"
#include "wire/service.hpp"

#include <string>

namespace enclaved::edge {

/// The result of `hello`; its limits are the most that this client may ask for, at the highest level that it may use.
/// 0 in a row that may be unlimited: there is no ceiling.
std::string hello_result(const server_options& options, const wire::principal& who);
std::string ping_result();

} // namespace enclaved::edge
