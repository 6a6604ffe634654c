// Makes text of strangers safe to show: what a terminal, a log reader or a JSON parser would act upon becomes an
// escape.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace enclaved {

/// Appends at most `most_bytes` of `text` for a terminal or a text line: control characters, invalid UTF-8 and
/// characters that reorder or break lines become \n, \x1b, \u202e …; a cut is marked with "…".
void append_escaped(std::string& out, std::string_view text, std::size_t most_bytes = std::string_view::npos);

/// The same as the inside of a JSON string; invalid UTF-8 becomes U+FFFD.
void append_json_escaped(std::string& out, std::string_view text, std::size_t most_bytes = std::string_view::npos);

inline std::string escaped(std::string_view text, std::size_t most_bytes = std::string_view::npos) {
  std::string out;
  append_escaped(out, text, most_bytes);
  return out;
}

} // namespace enclaved
