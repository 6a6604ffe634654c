// Trees as text, so that a test can say what it expects in a line.
#pragma once

#include "engine/lang/parser.hpp"

#include <string>
#include <string_view>

namespace enclaved::engine::lang {

/// (kind op part part …); names, numbers and strings stand for themselves.
std::string printed(const node* n, std::string_view source);
/// The statements of a script, or the code of its first mistake.
std::string printed(std::string_view source, const parse_options& options = {});
/// The code of the first mistake, its line and column: `RESERVED_WORD 1:5`; `fine` when there is none.
std::string mistake_in(std::string_view source, const parse_options& options = {});
/// The source without what is erased.
std::string without_types(std::string_view source);

} // namespace enclaved::engine::lang
