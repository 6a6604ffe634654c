// The option table in other forms: help, the settings in force, the sample file, the documents' table.
#pragma once

#include "config/load.hpp"

#include <string>

namespace enclaved::config {

std::string help_text();

/// Every setting as a line of a configuration file, with where it came from; secrets are not shown.
std::string print_config(const loaded& from);

/// A configuration file in which every setting stands as a comment with its default.
std::string sample_config();

/// The table for the documents, in Markdown.
std::string options_markdown();

} // namespace enclaved::config
