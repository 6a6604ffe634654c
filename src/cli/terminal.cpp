#include "cli/terminal.hpp"

#include "base/escape.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <unistd.h>

namespace enclaved::cli {

namespace {

bool wants_colours(int descriptor) {
  const char* no_colour = std::getenv("NO_COLOR");
  return ::isatty(descriptor) == 1 && (no_colour == nullptr || *no_colour == '\0');
}

std::string_view sequence(colour which) {
  switch (which) {
  case colour::red: return "\x1b[31m";
  case colour::green: return "\x1b[32m";
  case colour::yellow: return "\x1b[33m";
  case colour::faint: return "\x1b[2m";
  case colour::bold: return "\x1b[1m";
  }
  return {};
}

/// Columns on a terminal, counting a character of several bytes once.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

} // namespace

bool stderr_has_colours() {
  static const bool has = wants_colours(STDERR_FILENO);
  return has;
}

bool stdout_has_colours() {
  static const bool has = wants_colours(STDOUT_FILENO);
  return has;
}

std::string paint(colour which, std::string_view text) {
  if (!stderr_has_colours()) return std::string(text);
  return std::string(sequence(which)).append(text).append("\x1b[0m");
}

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of("\n\t"), text.size());
    append_escaped(out, text.substr(0, end));
    if (end < text.size()) out += text[end];
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i == widths.size()) widths.push_back(0);
      widths[i] = std::max(widths[i], width(row[i]));
    }
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += row[i];
      if (i + 1 < row.size()) out.append(widths[i] - width(row[i]) + 2, ' ');
    }
    out += '\n';
  }
  return out;
}

std::string duration_text(std::uint64_t duration_ms) {
  if (duration_ms < 1'000) return std::to_string(duration_ms) + " ms";
  const auto seconds = duration_ms / 1'000;
  if (seconds < 60) return std::to_string(seconds) + " s";
  if (seconds < 3'600) return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
  if (seconds < 86'400) return std::to_string(seconds / 3'600) + " h " + std::to_string(seconds % 3'600 / 60) + " min";
  return std::to_string(seconds / 86'400) + " d " + std::to_string(seconds % 86'400 / 3'600) + " h";
}

std::string time_text(std::uint64_t wall_ms) {
  const auto seconds = static_cast<std::time_t>(wall_ms / 1'000);
  std::tm parts{};
  std::array<char, 32> text{};
  if (::localtime_r(&seconds, &parts) == nullptr) return "?";
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts)};
}

} // namespace enclaved::cli
