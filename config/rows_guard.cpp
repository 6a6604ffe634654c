#include "config/option_rows.hpp"

namespace enclaved::config {

namespace {

constexpr std::size_t name_bytes = 200;

std::optional<std::string> check_name(std::string_view text) {
  const auto star = text.find('*');
  if (!text.empty() && text.size() <= name_bytes && (star == std::string_view::npos || star + 1 == text.size()))
    return std::nullopt;
  return "takes a name, or the beginning of one and a *";
}

/// One more name of a list.
template <class List>
option<draft> names(rows::words said, List list) {
  auto row = rows::make(value_kind::text, std::move(said),
                        [list](draft& into, const option_value& value) { list(into).push_back(value.text); });
  row.repeatable = true;
  row.check = check_name;
  return row;
}

template <class Field>
option<draft> permission(rows::words said, Field field) {
  return rows::choice(std::move(said), {"allow", "forbid"}, field);
}

option_rows rule_rows() {
  return {
      names(
          {"allow-global", "NAME", "",
           "scripts may use this global and others given so, and no more; NAME* is all that "
           "begin so"},
          [](draft & d) -> auto& { return d.out.guard.globals_allowed; }),
      names(
          {"forbid-global", "NAME", "", "scripts may not use this global"},
          [](draft & d) -> auto& { return d.out.guard.globals_forbidden; }),
      names(
          {"allow-tool", "NAME", "",
           "scripts may call this tool and others given so, and no more; names must be "
           "written, not computed"},
          [](draft & d) -> auto& { return d.out.guard.tools_allowed; }),
      permission(
          {"computed-tool-names", "RULE", "allow", "tools whose name is computed while a script runs"},
          [](draft & d) -> auto& { return d.out.guard.computed_tool_names; }),
      rows::choice(
          {"loops", "RULE", "any", "loops of a script; bounded: those that count or go through a collection"},
          {"any", "bounded", "none"}, [](draft & d) -> auto& { return d.out.guard.loops; }),
      permission(
          {"misleading-characters", "RULE", "allow",
           "letters that look like others within a word, invisible ones, and those that turn a line's direction"},
          [](draft & d) -> auto& { return d.out.guard.misleading_characters; }),
      rows::number(
          {"source-bytes", "N", std::to_string(bounds::source_bytes), "of a script"}, 1, bounds::source_bytes,
          [](draft & d) -> auto& { return d.out.guard.source_bytes; }),
      rows::number(
          {"source-nesting", "N", std::to_string(source_nesting_most), "depth of a script's syntax tree"}, 10,
          source_nesting_most, [](draft & d) -> auto& { return d.out.guard.source_nesting; }),
  };
}

option_rows score_rows() {
  return {
      rows::number(
          {"score-warn", "N", "0", "a script that scores so much is logged as suspect; 0: none is"}, 0, 100,
          [](draft & d) -> auto& { return d.out.guard.score_warn; }),
      rows::number(
          {"score-block", "N", "0", "a script that scores so much is refused (BLOCKED); 0: none is"}, 0, 100,
          [](draft & d) -> auto& { return d.out.guard.score_block; }),
  };
}

} // namespace

void append_guard_rows(option_rows& table) {
  append_section(table, "Rules for scripts, judged before they run", for_standalone | for_runtime, rule_rows());
  append_section(table, "Scores of scripts", for_standalone | for_runtime, score_rows());
}

} // namespace enclaved::config
