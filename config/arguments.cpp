#include "config/arguments.hpp"

#include "base/escape.hpp"

#include <algorithm>
#include <boost/program_options/option.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <set>

namespace enclaved::config {

namespace {

namespace po = boost::program_options;

constexpr std::size_t name_shown_bytes = 60;

po::options_description as_boost(std::span<const option_spec* const> known) {
  po::options_description out;
  for (const auto* spec : known) {
    if (spec->kind == value_kind::flag)
      out.add_options()(spec->name.c_str(), "");
    else
      out.add_options()(spec->name.c_str(), po::value<std::vector<std::string>>(), "");
  }
  return out;
}

/// Boost refuses `--listen=`; an empty value of its own it takes.
std::vector<std::string> with_empty_values_apart(std::span<const std::string> arguments) {
  std::vector<std::string> out;
  for (const auto& argument : arguments) {
    const bool empty_value = argument.starts_with("--") && argument.find('=') == argument.size() - 1;
    if (!empty_value || argument.size() < 4)
      out.push_back(argument);
    else {
      out.push_back(argument.substr(0, argument.size() - 1));
      out.emplace_back();
    }
  }
  return out;
}

std::string unknown(std::string_view token, std::span<const option_spec* const> known) {
  const auto name = token.substr(0, token.find('='));
  std::string out = escaped(name, name_shown_bytes) + " is not an option";
  std::vector<std::string_view> names;
  for (const auto* spec : known) names.push_back(spec->name);
  const auto start = name.find_first_not_of('-');
  if (start == std::string_view::npos) return out;
  if (const auto meant = nearest(name.substr(start), names); !meant.empty())
    ((out += "; did you mean --") += meant) += '?';
  return out;
}

const option_spec* find(std::span<const option_spec* const> known, std::string_view name) {
  const auto found = std::find_if(known.begin(), known.end(), [name](const auto* spec) { return spec->name == name; });
  return found == known.end() ? nullptr : *found;
}

void take(const po::option& one, std::span<const option_spec* const> known, command_line& line, violations& wrong) {
  if (one.position_key >= 0) {
    line.positionals.insert(line.positionals.end(), one.value.begin(), one.value.end());
    return;
  }
  const auto* spec = one.unregistered ? nullptr : find(known, one.string_key);
  if (spec == nullptr) {
    wrong.push_back(unknown(one.original_tokens.empty() ? one.string_key : one.original_tokens.front(), known));
    return;
  }
  if (spec->kind == value_kind::flag) line.options.push_back({spec, "true"});
  for (const auto& text : one.value) line.options.push_back({spec, text});
}

void refuse_repeated(const command_line& line, violations& wrong) {
  std::set<const option_spec*> seen, told;
  for (const auto& one : line.options)
    if (!one.spec->repeatable && !seen.insert(one.spec).second && told.insert(one.spec).second)
      wrong.push_back(std::string("--") + one.spec->name + " may be given once");
}

void append_wrapped(std::string& out, std::string_view text, std::size_t indent, std::size_t columns) {
  std::size_t column = indent;
  while (!text.empty()) {
    const auto space = std::min(text.find(' '), text.size());
    if (column > indent && column + 1 + space > columns) {
      (out += '\n').append(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += text.substr(0, space);
    column += space;
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  out += '\n';
}

std::string meaning(const option_spec& spec) {
  std::string out = spec.help;
  if (spec.repeatable) out += "; may be repeated";
  if (!spec.fallback.empty() && spec.kind != value_kind::flag) out += " (default " + spec.fallback + ')';
  if (spec.is_for_later()) out += " [not available yet]";
  return out;
}

} // namespace

command_line read_command_line(std::span<const option_spec* const> known, std::span<const std::string> arguments,
                               violations& wrong) {
  command_line line;
  try {
    using style = po::command_line_style::style_t;
    const auto description = as_boost(known);
    const auto parsed = po::command_line_parser(with_empty_values_apart(arguments))
                            .options(description)
                            .positional(po::positional_options_description().add("argument", -1))
                            .style(style::allow_long | style::long_allow_adjacent | style::long_allow_next)
                            .allow_unregistered()
                            .run();
    for (const auto& one : parsed.options) take(one, known, line, wrong);
  } catch (const po::error& problem) {
    wrong.push_back(escaped(problem.what()));
  }
  refuse_repeated(line, wrong);
  return line;
}

std::string describe(std::span<const option_spec* const> options, std::size_t columns) {
  constexpr std::size_t indent = 34;
  std::string out;
  std::string_view section;
  for (const auto* spec : options) {
    if (spec->section != section) {
      section = spec->section;
      ((out += '\n') += section) += ":\n";
    }
    const auto start = out.size();
    out += "  --" + spec->name;
    if (spec->kind != value_kind::flag) out += '=' + spec->value_name;
    if (const auto used = out.size() - start; used + 2 <= indent)
      out.append(indent - used, ' ');
    else
      (out += '\n').append(indent, ' ');
    append_wrapped(out, meaning(*spec), indent, columns);
  }
  return out;
}

} // namespace enclaved::config
