#include "cli/run_options.hpp"

#include "cli/text_files.hpp"
#include "wire/json.hpp"

#include <algorithm>
#include <charconv>

namespace enclaved::cli {

namespace {

using config::option_value;
using config::value_kind;
using row = config::option<run_options>;

row make(value_kind kind, std::string name, std::string value_name, std::string help,
         std::function<void(run_options&, const option_value&)> store) {
  row out;
  out.kind = kind;
  out.name = std::move(name);
  out.value_name = std::move(value_name);
  out.help = std::move(help);
  out.store = std::move(store);
  return out;
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::string> check_limit(std::string_view text) {
  const auto equals = text.find('=');
  const auto name = text.substr(0, equals);
  std::vector<std::string_view> names;
  for (const auto& one : limit_rows()) names.push_back(one.name);
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    const auto meant = config::nearest(name, names);
    return "knows no limit " + std::string(name) +
           (meant.empty() ? std::string() : "; did you mean " + std::string(meant) + '?');
  }
  if (!whole_number(text.substr(equals + 1))) return std::string(name) + " takes a whole number";
  return std::nullopt;
}

std::optional<std::string> check_tool(std::string_view text) {
  if (text.substr(text.find('=') + 1).empty()) return "takes NAME=COMMAND";
  if (text.find('=') > bounds::tool_name_bytes)
    return "takes a name of at most " + std::to_string(bounds::tool_name_bytes) + " bytes";
  return std::nullopt;
}

result<std::string> encoded_inputs(const std::string& given) {
  if (given.empty()) return std::string();
  std::string text = given;
  if (given.front() == '@') {
    auto file = read_text_file(given.substr(1), bounds::message_bytes);
    if (!file) return file;
    text = std::move(*file);
  }
  auto encoded = wire::from_json(text);
  if (!encoded) return invalid_request("--inputs is not JSON: " + encoded.problem().message);
  return encoded;
}

void put_tools(pack::writer& out, const std::vector<tool_command>& tools) {
  out.str("tools").array(static_cast<std::uint32_t>(tools.size()));
  for (const auto& tool : tools) out.map(1).str("name").str(tool.name);
}

void put_events(pack::writer& out, shown_events events) {
  out.str("events");
  if (events == shown_events::all)
    out.str("all");
  else
    out.array(3).str("session_init").str("stdout").str("log");
}

void put_limits(pack::writer& out, const run_options& options) {
  const bool deadline = options.timeout_ms != 0;
  out.str("limits").map(static_cast<std::uint32_t>(options.limits.size()) + (deadline ? 1 : 0));
  for (const auto& [name, value] : options.limits) out.str(name).number(value);
  if (deadline) out.str("deadline_ms").number(options.timeout_ms);
}

} // namespace

std::vector<config::option<run_options>> run_option_table() {
  std::vector<row> table;
  append_connection_rows(table);
  table.push_back(make(value_kind::text, "inputs", "JSON|@FILE", "what the script sees as inputs",
                       [](run_options& o, const option_value& v) { o.inputs = v.text; }));
  auto tool = make(
      value_kind::key_value, "tool", "NAME=COMMAND",
      "answer calls of a tool: the command gets the arguments as JSON on stdin and prints the result as JSON; when "
      "it fails, the last line of its stderr is the error",
      [](run_options& o, const option_value& v) {
        o.tools.push_back({v.pair.first, v.pair.second});
      });
  tool.repeatable = true;
  tool.check = check_tool;
  table.push_back(std::move(tool));
  table.push_back(make(value_kind::flag, "events", "", "print every event as a line of JSON on stderr",
                       [](run_options& o, const option_value&) { o.events = shown_events::all; }));
  auto security =
      make(value_kind::choice, "security", "LEVEL", "strict, secure, standard or permissive",
           [](run_options& o, const option_value& v) { o.security = static_cast<security_level>(v.choice); });
  security.choices = {"strict", "secure", "standard", "permissive"};
  table.push_back(std::move(security));
  auto limit = make(value_kind::key_value, "limit", "NAME=VALUE",
                    "tighten a limit, as in --limit memory_bytes=16777216", [](run_options& o, const option_value& v) {
                      o.limits.emplace_back(v.pair.first, whole_number(v.pair.second).value_or(0));
                    });
  limit.repeatable = true;
  limit.check = check_limit;
  table.push_back(std::move(limit));
  auto label = make(value_kind::key_value, "label", "KEY=VALUE", "what the runtime must carry",
                    [](run_options& o, const option_value& v) { o.labels.push_back(v.pair); });
  label.repeatable = true;
  table.push_back(std::move(label));
  auto timeout = make(value_kind::number, "timeout", "SECONDS", "end the run after so long, waits for tools included",
                      [](run_options& o, const option_value& v) { o.timeout_ms = v.number * 1'000; });
  timeout.least = 1;
  timeout.most = 30 * 86'400;
  table.push_back(std::move(timeout));
  return table;
}

result<std::string> run_argument(const run_options& options, std::string_view code) {
  auto inputs = encoded_inputs(options.inputs);
  if (!inputs) return inputs;
  const bool limits = !options.limits.empty() || options.timeout_ms != 0;
  pack::buffer bytes;
  pack::writer out(bytes);
  // A script whose tools are all known gets TOOL_NOT_FOUND for a misspelt one.
  out.map(3U + (inputs->empty() ? 0 : 1) + (options.security ? 1 : 0) + (limits ? 1 : 0) +
          (options.labels.empty() ? 0 : 1));
  out.str("code").str(code);
  put_tools(out, options.tools);
  put_events(out, options.events);
  if (!inputs->empty()) out.str("inputs").raw(*inputs);
  if (options.security) out.str("security").str(name(*options.security));
  if (limits) put_limits(out, options);
  if (!options.labels.empty()) {
    out.str("labels").map(static_cast<std::uint32_t>(options.labels.size()));
    for (const auto& [key, value] : options.labels) out.str(key).str(value);
  }
  return std::move(bytes.bytes);
}

} // namespace enclaved::cli
