#include "config/sources.hpp"

#include "base/bounds.hpp"
#include "base/escape.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <unistd.h>

namespace enclaved::config {

namespace {

constexpr std::size_t name_shown_bytes = 60;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

const option_spec* find(std::span<const option_spec* const> known, std::string_view name) {
  const auto found = std::find_if(known.begin(), known.end(), [name](const auto* spec) { return spec->name == name; });
  return found == known.end() ? nullptr : *found;
}

/// A comment starts a line or follows a blank.
std::string_view without_comment(std::string_view line) {
  for (auto at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1))
    if (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t') return line.substr(0, at);
  return line;
}

void read_line(std::string_view line, const std::string& where, std::span<const option_spec* const> known,
               std::vector<sourced_option>& out, violations& wrong) {
  line = trimmed(without_comment(line));
  if (line.empty()) return;
  const auto equals = line.find('=');
  if (equals == std::string_view::npos) {
    wrong.push_back(where + ": \"" + escaped(line, name_shown_bytes) + "\" is not of the form name = value");
    return;
  }
  const auto name = trimmed(line.substr(0, equals));
  const auto* spec = find(known, name);
  if (spec == nullptr) {
    std::vector<std::string_view> names;
    for (const auto* one : known) names.push_back(one->name);
    const auto meant = nearest(name, names);
    wrong.push_back(where + ": " + escaped(name, name_shown_bytes) + " is not a setting" +
                    (meant.empty() ? std::string() : "; did you mean " + std::string(meant) + '?'));
    return;
  }
  if (spec->command_line_only || spec->name == "config") {
    wrong.push_back(where + ": " + spec->name + " stands on the command line only");
    return;
  }
  out.push_back({spec, std::string(trimmed(line.substr(equals + 1))), source::file, where});
}

/// Kubernetes sets ENCLAVED_SERVICE_HOST, ENCLAVED_PORT_3002_TCP and the like for a service of that name, and clients
/// have variables of their own; neither is a misspelt setting.
bool is_somebody_elses(std::string_view variable) {
  constexpr std::array<std::string_view, 2> exact{"ENCLAVED_CONNECT", "ENCLAVED_TOKEN_FILE"};
  return variable.starts_with("ENCLAVED_SERVICE_") || variable.starts_with("ENCLAVED_PORT") ||
         std::find(exact.begin(), exact.end(), variable) != exact.end();
}

void refuse_variable(const std::string& variable, std::span<const option_spec* const> known, violations& wrong) {
  std::vector<std::string> names;
  for (const auto* spec : known) names.push_back(variable_name(spec->name));
  const auto meant = nearest(variable, {names.begin(), names.end()});
  wrong.push_back("the variable " + escaped(variable, name_shown_bytes) + " is not a setting" +
                  (meant.empty() ? std::string() : "; did you mean " + std::string(meant) + '?'));
}

} // namespace

void read_file_text(std::string_view text, const std::string& path, std::span<const option_spec* const> known,
                    std::vector<sourced_option>& out, violations& wrong) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    read_line(text.substr(0, end), path + ':' + std::to_string(number), known, out, wrong);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void read_file(const std::string& path, std::span<const option_spec* const> known, std::vector<sourced_option>& out,
               violations& wrong) {
  std::ifstream file(path, std::ios::binary);
  std::string text(bounds::config_file_bytes + 1, '\0');
  if (!file.is_open() || (!file.read(text.data(), static_cast<std::streamsize>(text.size())) && !file.eof())) {
    const int why = errno;
    wrong.push_back("cannot read " + escaped(path) + ": " + std::strerror(why));
    return;
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > bounds::config_file_bytes)
    wrong.push_back(escaped(path) + " is larger than " + std::to_string(bounds::config_file_bytes) + " bytes");
  else
    read_file_text(text, path, known, out, wrong);
}

environment process_environment() {
  environment out;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (const auto equals = text.find('='); equals != std::string_view::npos)
      out.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return out;
}

void read_environment(const environment& variables, std::span<const option_spec* const> known,
                      std::vector<sourced_option>& out, violations& wrong) {
  std::vector<sourced_option> own;
  for (const auto& [variable, text] : variables) {
    const auto is = [&variable = variable](const auto* spec) { return variable_name(spec->name) == variable; };
    const auto is_alias = [&variable = variable](const auto* spec) { return spec->variable == variable; };
    if (const auto alias = std::find_if(known.begin(), known.end(), is_alias); alias != known.end())
      out.push_back({*alias, text, source::environment, variable});
    if (!variable.starts_with("ENCLAVED_") || is_somebody_elses(variable)) continue;
    const auto found = std::find_if(known.begin(), known.end(), is);
    if (found == known.end() || (*found)->command_line_only)
      refuse_variable(variable, known, wrong);
    else
      own.push_back({*found, text, source::environment, variable});
  }
  // Our own names stand after the aliases, so they win where both are set.
  for (auto& one : own) {
    std::erase_if(out,
                  [&one](const auto& other) { return other.spec == one.spec && other.where == one.spec->variable; });
    out.push_back(std::move(one));
  }
}

} // namespace enclaved::config
