#include "wire/session_fields.hpp"

#include "base/ids.hpp"
#include "wire/events.hpp"
#include "wire/state.hpp"

#include <algorithm>

namespace enclaved::wire {

namespace {

constexpr std::array<std::string_view, 6> session_states{"idle", "queued", "running", "waiting", "recovering", "ended"};
constexpr std::array<std::string_view, 3> tool_modes{"call", "event", "none"};

/// One of a few words; answers where it stands among them.
template <std::size_t N>
bool read_word(field_reader& in, const place& at, const std::array<std::string_view, N>& words, std::size_t& out) {
  std::string expected = "be one of";
  std::string_view text;
  if (in.is_next(pack::kind::str) && !in.text(at, bounds::name_bytes, text)) return false;
  out = static_cast<std::size_t>(std::find(words.begin(), words.end(), text) - words.begin());
  if (out < N) return true;
  for (const auto word : words) expected.append(word == words.front() ? " " : ", ").append(word);
  return in.must(at, expected);
}

bool read_tool_name(field_reader& in, const place& at, std::string& out) {
  if (!in.text(at, bounds::tool_name_bytes, out)) return false;
  return !out.empty() || in.must(at, "not be empty");
}

constexpr std::array<field<tool_spec>, 7> tool_fields{{
    {"name", part_in<&tool_spec::name, read_tool_name>, presence::required},
    {"description", text_in<&tool_spec::description, bounds::tool_description_bytes>},
    {"args_schema", map_in<&tool_spec::args_schema, bounds::tool_schema_bytes>},
    {"timeout_ms", number_in<&tool_spec::timeout_ms, 0, largest_integer>},
    {"retryable", flag_in<&tool_spec::retryable>},
    {"max_retries", number_in<&tool_spec::max_retries, 0, bounds::tool_retries>},
    {"at_most_once", flag_in<&tool_spec::at_most_once>},
}};

/// The name that occurs twice, or an empty one.
std::string_view repeated_name(const std::vector<tool_spec>& tools) {
  std::vector<std::string_view> names;
  names.reserve(tools.size());
  for (const auto& tool : tools) names.push_back(tool.name);
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  return twice == names.end() ? std::string_view{} : *twice;
}

std::string limit_names() {
  std::string names;
  for (const auto& row : limit_rows()) names.append(names.empty() ? "" : ", ").append(row.name);
  return names;
}

std::string event_names() {
  std::string names;
  for (std::size_t i = 0; i < event_types; ++i)
    names.append(i == 0 ? "" : ", ").append(name(static_cast<event_type>(i)));
  return names;
}

} // namespace

bool read_name(field_reader& in, const place& at, std::string& out) {
  std::string_view text;
  if (in.is_next(pack::kind::str) && !in.text(at, bounds::message_bytes, text)) return false;
  if (!is_name(text))
    return in.must(at,
                   "be a string of 1 to " + std::to_string(bounds::name_bytes) + " characters of A-Z a-z 0-9 _ . : -");
  out.assign(text);
  return true;
}

bool read_level(field_reader& in, const place& at, security_level& out) {
  static const std::array<std::string_view, security_levels> levels{
      name(security_level::strict), name(security_level::secure), name(security_level::standard),
      name(security_level::permissive)};
  std::size_t which = 0;
  if (!read_word(in, at, levels, which)) return false;
  out = static_cast<security_level>(which);
  return true;
}

bool read_tool_mode(field_reader& in, const place& at, tool_mode& out) {
  std::size_t which = 0;
  if (!read_word(in, at, tool_modes, which)) return false;
  out = static_cast<tool_mode>(which);
  return true;
}

bool read_session_status(field_reader& in, const place& at, std::string& out) {
  std::size_t which = 0;
  if (!read_word(in, at, session_states, which)) return false;
  out = session_states[which];
  return true;
}

bool read_state(field_reader& in, const place& at, std::string& out) {
  std::string given;
  if (!in.is_next(pack::kind::map)) return in.must(at, "be a map");
  if (!in.value(at, bounds::state_bytes, given)) return false;
  auto checked = checked_state(given, text_of(at));
  if (!checked) return in.fail(checked.problem());
  out = std::move(*checked);
  return true;
}

bool read_limits(field_reader& in, const place& at, limit_overrides& out) {
  std::uint32_t pairs = 0;
  if (!in.map(at, pairs)) return false;
  const auto& rows = limit_rows();
  for (; pairs > 0; --pairs) {
    std::string_view key;
    if (!in.key(at, key)) return false;
    std::size_t i = 0;
    while (i < rows.size() && rows[i].name != key) ++i;
    if (i == rows.size())
      return in.fail(error_code::invalid_request, at, " has no key ", quoted(key) + "; its keys are " + limit_names());
    const place here{.key = rows[i].name, .outer = &at};
    if (out[i]) return in.must(here, "be given once");
    if (!in.number(here, rows[i].zero_is_unlimited ? 0 : 1, largest_integer, out[i].emplace())) return false;
  }
  return true;
}

bool read_tools(field_reader& in, const place& at, std::vector<tool_spec>& out) {
  std::uint32_t count = 0;
  if (!in.array(at, bounds::tools_per_session, count)) return false;
  for (std::uint32_t i = 0; i < count; ++i) {
    const place here{.key = {}, .outer = &at, .index = i};
    if (!read_fields(in, here, tool_fields, out.emplace_back())) return false;
  }
  if (const auto twice = repeated_name(out); !twice.empty())
    return in.must(at, "name each tool once; twice there is " + quoted(twice));
  return true;
}

bool read_labels(field_reader& in, const place& at, label_list& out) {
  std::uint32_t pairs = 0;
  if (!in.map(at, pairs)) return false;
  if (pairs > bounds::labels_per_session)
    return in.fail(error_code::too_large, at, " must have at most ",
                   std::to_string(bounds::labels_per_session) + " keys");
  for (; pairs > 0; --pairs) {
    auto& [key, value] = out.emplace_back();
    if (!in.text({.key = "(key)", .outer = &at}, bounds::label_bytes, key)) return false;
    const auto shown = quoted(key);
    if (!in.text({.key = shown, .outer = &at}, bounds::label_bytes, value)) return false;
  }
  return true;
}

bool read_events(field_reader& in, const place& at, event_mask& out) {
  constexpr std::string_view shape = "be \"none\", \"all\" or an array of event types";
  if (in.is_next(pack::kind::str)) {
    std::string_view word;
    if (!in.text(at, bounds::message_bytes, word)) return false;
    if (word != "none" && word != "all") return in.must(at, shape);
    out = word == "all" ? all_events : no_events;
    return true;
  }
  if (!in.is_next(pack::kind::array)) return in.must(at, shape);
  std::uint32_t count = 0;
  if (!in.array(at, event_types, count)) return false;
  out = no_events;
  for (std::uint32_t i = 0; i < count; ++i) {
    const place here{.key = {}, .outer = &at, .index = i};
    std::string_view word;
    if (!in.text(here, bounds::name_bytes, word)) return false;
    const auto type = event_named(word);
    if (!type) return in.must(here, "be one of " + event_names());
    out |= bit(*type);
  }
  return true;
}

} // namespace enclaved::wire
