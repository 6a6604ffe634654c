// The order of texts for people: letters and digits by what they are first, then by accents, then small before capital.
// It is fixed and needs no locale: spaces and punctuation come first, digits before letters, Latin before other scripts
// by code point.
#pragma once

#include <string_view>

namespace enclaved::engine {

struct collation {
  bool numeric = false; ///< runs of digits count as numbers
  bool accents = true;
  bool cases = true;
};

/// -1, 0 or 1. Texts as Duktape keeps them.
int collated(std::string_view a, std::string_view b, collation how);

} // namespace enclaved::engine
