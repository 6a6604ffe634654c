// Output for people: colours only where a terminal shows them, and tables.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace enclaved::cli {

enum class colour : std::uint8_t { red, green, yellow, faint, bold };

/// Whether stderr, or stdout, is a terminal that wants colours (NO_COLOR is honoured).
bool stderr_has_colours();
bool stdout_has_colours();

/// For stderr.
std::string paint(colour which, std::string_view text);

/// Text of a script for a terminal: its line breaks and tabs stay, everything that a terminal would act upon is
/// escaped.
std::string printable(std::string_view text);

/// Columns as wide as their content; the first row is the heading. Cells are text that is safe to show.
std::string table(const std::vector<std::vector<std::string>>& rows);

/// "3 d 4 h", "12 s", "250 ms".
std::string duration_text(std::uint64_t duration_ms);
/// "2026-03-01 12:00:00" in local time.
std::string time_text(std::uint64_t wall_ms);

} // namespace enclaved::cli
