#include "cli/run_report.hpp"

#include "base/escape.hpp"
#include "cli/connection.hpp"
#include "cli/fields.hpp"
#include "cli/terminal.hpp"
#include "wire/json.hpp"

#include <algorithm>
#include <iostream>

namespace enclaved::cli {

namespace {

constexpr std::size_t line_shown_bytes = 200;

std::string_view nth_line(std::string_view source, std::uint64_t line) {
  for (; line > 1 && !source.empty(); --line) source.remove_prefix(std::min(source.find('\n') + 1, source.size()));
  return source.substr(0, source.find_first_of("\r\n"));
}

/// The caret stands under a column only where the text before it is shown as it is; a tab moves both alike.
std::string caret_below(std::string_view line, std::uint64_t column) {
  if (column == 0 || column > line.size() + 1 || column > line_shown_bytes) return {};
  const auto before = line.substr(0, column - 1);
  if (printable(before) != before) return {};
  std::string out;
  for (const char c : before)
    if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) out += c == '\t' ? '\t' : ' ';
  return out + '^';
}

std::string source_excerpt(std::string_view source, std::uint64_t line, std::uint64_t column) {
  const auto text = nth_line(source, line);
  if (text.empty()) return {};
  const auto number = std::to_string(line);
  auto out = "  " + number + " | " + printable(text.substr(0, line_shown_bytes)) + '\n';
  if (const auto caret = caret_below(text, column); !caret.empty())
    out += "  " + std::string(number.size(), ' ') + " | " + paint(colour::red, caret) + '\n';
  return out;
}

/// Where the error came from, without the first line when that only repeats the message.
std::string_view places_of(std::string_view stack, std::string_view message) {
  const auto first = stack.substr(0, stack.find('\n'));
  if (!first.ends_with(message)) return stack;
  return stack.substr(std::min(first.size() + 1, stack.size()));
}

} // namespace

std::string describe_failure(std::string_view script_error, std::string_view source) {
  const auto line = number_field(script_error, "line").value_or(0);
  const auto message = text_field(script_error, "message");
  auto out = paint(colour::red, escaped(text_field(script_error, "code"))) + ": " + printable(message);
  const bool shows_its_line = message.find('\n') != std::string::npos; // a syntax error does
  if (line > 0 && !shows_its_line) out += " (line " + std::to_string(line) + ')';
  out += '\n';
  if (line > 0 && !shows_its_line)
    out += source_excerpt(source, line, number_field(script_error, "column").value_or(0));
  const auto stack = text_field(script_error, "stack");
  if (const auto places = places_of(stack, message); !places.empty())
    out += paint(colour::faint, printable(places)) + (places.ends_with('\n') ? "" : "\n");
  if (const auto details = field(script_error, "details")) out += "details: " + shown_value(*details) + '\n';
  return out;
}

exit_status report_end(std::string_view end, std::string_view source) {
  if (!flag_field(end, "ok")) {
    std::cerr << describe_failure(field(end, "error").value_or(std::string_view("\x80", 1)), source);
    return exit_status::script_failed;
  }
  const auto json = wire::to_json(field(end, "result").value_or(std::string_view("\xc0", 1)));
  if (!json) return report(json.problem());
  std::cout << *json << std::endl;
  return std::cout.good() ? exit_status::ok : exit_status::unreachable;
}

} // namespace enclaved::cli
