// Reading what a command is given: a file or standard input, whole and bounded.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string>

namespace enclaved::cli {

/// "-" is standard input.
result<std::string> read_text_file(const std::string& path, std::size_t most_bytes);

} // namespace enclaved::cli
