// How the end of a script is told: its result on stdout, its error with the line it happened on.
#pragma once

#include "cli/commands.hpp"

#include <string>
#include <string_view>

namespace enclaved::cli {

/// `CODE: message (line N)`, the source line with a caret below, and what else is known. Everything is safe to show.
std::string describe_failure(std::string_view script_error, std::string_view source);

/// Prints a `final` payload.
exit_status report_end(std::string_view end, std::string_view source);

} // namespace enclaved::cli
