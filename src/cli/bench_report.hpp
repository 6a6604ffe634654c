// What the load generator saw, for people and for programs.
#pragma once

#include "cli/load_plan.hpp"

#include <string>

namespace enclaved::cli {

std::string describe_report(const load_plan& plan, const load_report& seen);
/// A map, MessagePack.
std::string encode_report(const load_plan& plan, const load_report& seen);

} // namespace enclaved::cli
