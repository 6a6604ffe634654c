#include "config/load.hpp"

#include "base/escape.hpp"
#include "config/finish.hpp"
#include "config/options.hpp"

#include <algorithm>
#include <map>
#include <thread>

namespace enclaved::config {

namespace {

constexpr std::size_t extra_shown_bytes = 80;

using by_option = std::map<const option_spec*, effective_value>;

/// A stronger source replaces what a weaker one said; a source that repeats an option adds to it.
void put(by_option& values, const sourced_option& one) {
  auto& value = values[one.spec];
  if (one.from > value.from || value.spec == nullptr) value = {one.spec, {}, one.from, one.where};
  if (!one.spec->repeatable) value.texts.clear();
  value.texts.push_back(one.text);
  value.where = one.where;
}

void put_all(by_option& values, const std::vector<sourced_option>& some) {
  for (const auto& one : some) put(values, one);
}

const option_spec* named(std::span<const option_spec* const> known, std::string_view name) {
  return *std::find_if(known.begin(), known.end(), [name](const auto* spec) { return spec->name == name; });
}

std::string text_of(const by_option& values, const option_spec* spec) {
  const auto found = values.find(spec);
  return found == values.end() || found->second.texts.empty() ? std::string() : found->second.texts.back();
}

/// The preset is itself an option, so the stronger sources are read first and its values slip in below them.
void put_preset(by_option& values, std::span<const option_spec* const> known) {
  const auto* spec = named(known, "pool-preset");
  const auto text = text_of(values, spec);
  if (text.empty()) return;
  const auto chosen = check_value(*spec, text);
  if (!chosen.violation.empty()) return; // told when all values are checked
  for (const auto& [name, value] : pool_preset_values(static_cast<security_level>(chosen.value.choice))) {
    const auto* target = named(known, name);
    if (!values.contains(target)) put(values, {target, std::string(value), source::preset, "pool-preset=" + text});
  }
}

std::string prefix(const effective_value& value) {
  switch (value.from) {
  case source::command_line: return std::string("--") + value.spec->name + ' ';
  case source::environment: return value.where + ' ';
  case source::file: return value.where + ": " + value.spec->name + ' ';
  default: return value.spec->name + ' ';
  }
}

/// "takes …" follows a name with a blank, "=redis://…" follows it directly.
std::string sentence(const effective_value& value, const std::string& violation) {
  auto start = prefix(value);
  if (violation.starts_with('=')) start.pop_back();
  return start + violation;
}

void check_and_store(const option<draft>& row, const effective_value& value, draft& into, violations& wrong) {
  for (const auto& text : value.texts) {
    if (text.empty() && text == row.fallback) continue; // said to be what it is anyway
    const auto checked = check_value(row, text);
    if (!checked.violation.empty())
      wrong.push_back(sentence(value, checked.violation));
    else if (row.is_for_later() && text != row.fallback)
      wrong.push_back(prefix(value) + "is not available yet: it needs " + std::string(row.later));
    else
      row.store(into, checked.value);
  }
}

request wanted(const command_line& line) {
  const auto has = [&line](std::string_view name) {
    return std::any_of(line.options.begin(), line.options.end(),
                       [name](const auto& one) { return one.spec->name == name; });
  };
  if (has("help")) return request::help;
  if (has("version")) return request::version;
  if (has("sample-config")) return request::sample_config;
  return has("print-config") ? request::print_config : request::serve;
}

/// Variables of other products count only where this process has the option: BROKER_URL means many things elsewhere.
void drop_foreign_aliases(by_option& values, config::role role) {
  const auto own = static_cast<role_set>(1U << static_cast<unsigned>(role));
  std::erase_if(values, [own](const auto& entry) {
    const auto& [spec, value] = entry;
    return value.from == source::environment && value.where == spec->variable && (spec->roles & own) == 0;
  });
}

config::role role_of(const by_option& values, std::span<const option_spec* const> known) {
  const auto* spec = named(known, "role");
  const auto text = text_of(values, spec);
  return static_cast<config::role>(text.empty() ? 0 : check_value(*spec, text).value.choice);
}

by_option gather(const surroundings& from, const command_line& line, std::span<const option_spec* const> known,
                 violations& wrong) {
  by_option values;
  std::vector<sourced_option> variables;
  read_environment(from.variables, known, variables, wrong);
  std::vector<sourced_option> arguments;
  for (const auto& one : line.options)
    arguments.push_back({one.spec, one.text, source::command_line, "the command line"});

  by_option strongest;
  put_all(strongest, variables);
  put_all(strongest, arguments);
  std::vector<sourced_option> from_file;
  if (const auto path = text_of(strongest, named(known, "config")); !path.empty())
    read_file(path, known, from_file, wrong);
  put_all(values, from_file);
  put_all(values, variables);
  put_all(values, arguments);
  drop_foreign_aliases(values, role_of(values, known));
  put_preset(values, known);
  return values;
}

} // namespace

surroundings process_surroundings(std::vector<std::string> arguments) {
  return {std::move(arguments), process_environment(), std::max<std::size_t>(1, std::thread::hardware_concurrency())};
}

loaded load(const surroundings& from) {
  loaded out;
  const auto known = server_option_specs();
  const auto line = read_command_line(known, from.arguments, out.wrong);
  for (const auto& extra : line.positionals)
    out.wrong.push_back(std::string("\"") + escaped(extra, extra_shown_bytes) + "\" is not an option");
  out.wanted = wanted(line);

  auto values = gather(from, line, known, out.wrong);
  draft into;
  for (const auto& row : server_options()) {
    auto& value = values[&row];
    if (value.spec == nullptr) {
      value.spec = &row;
      if (!row.fallback.empty()) value.texts = {row.fallback};
    }
    check_and_store(row, value, into, out.wrong);
    out.values.push_back(value);
  }
  finish(into, from, out.wrong);
  for (auto& value : out.values)
    if (value.spec->name == "data-dir" && value.texts.empty()) value.texts = {into.out.data_dir};
  out.settings = std::move(into.out);
  return out;
}

} // namespace enclaved::config
