// The bounds of the language's front-end: what keeps a hostile source from costing more than its size.
#pragma once

#include <cstddef>

namespace enclaved::bounds {

/// Levels of brackets, operators and functions inside one another, links of chains such as a + b + c included, so that
/// every pass may recurse over a tree: the parser needs less than 1 MiB of stack for it (release), and no way from the
/// root of a tree to a leaf has more than six times as many nodes.
inline constexpr std::size_t syntax_nesting = 1'000;
inline constexpr std::size_t syntax_problems = 20; ///< that one diagnosis lists
/// What a parsed source occupies at most: this many times its size, and a constant.
inline constexpr std::size_t syntax_tree_factor = 80;
inline constexpr std::size_t syntax_tree_bytes = 512 * 1024;
inline constexpr std::size_t enum_members = 1'000; ///< of one script: they make more nodes than their length

/// Of one rule of the scoring gate: how many of the places where it fits are told.
inline constexpr std::size_t signals_of_a_rule = 5;
/// What the gate looks at of one text.
inline constexpr std::size_t judged_text_bytes = 512;
inline constexpr std::size_t judged_text_words = 32;
inline constexpr std::size_t suggested_capabilities = 100;

} // namespace enclaved::bounds
