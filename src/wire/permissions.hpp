// Which permission a request needs, and whether a principal has it.
#pragma once

#include "wire/requests.hpp"
#include "wire/service.hpp"

#include <cstdint>
#include <string_view>

namespace enclaved::wire {

enum class permission : std::uint8_t { none, run, read, admin };

std::string_view name(permission needed); ///< as it stands in the tokens file

/// Whoever answers tool calls or costs processor time runs; whoever only looks reads.
permission needed_for(const request& what);
bool permits(const principal& who, permission needed);

} // namespace enclaved::wire
