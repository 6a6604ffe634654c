// Any bytes as a script that is judged before it runs: by no rules, by strict ones and by the scoring gate. Each
// judgement is told at a place of the source, says the same each time, and lets nothing run that cannot be parsed.
#include "base/pack.hpp"
#include "engine/judge.hpp"
#include "engine/lang/parser.hpp"

#include <algorithm>
#include <cstdlib>

namespace {

using namespace enclaved;
using namespace enclaved::engine;

void need(bool holds) {
  if (!holds) std::abort();
}

script_rules strict_rules() {
  script_rules rules;
  rules.guard.globals_allowed = {"Math", "JSON", "console", "callTool", "tools", "Object"};
  rules.guard.globals_forbidden = {"Object"};
  rules.guard.tools_allowed = {"users:*", "clock"};
  rules.guard.computed_tool_names = false;
  rules.guard.loops = lang::loop_rule::bounded;
  rules.guard.misleading_characters = false;
  rules.guard.source_bytes = 4096;
  rules.guard.nesting = 20;
  rules.score_warn = 20;
  rules.score_block = 60;
  return rules;
}

script_rules scoring_rules() {
  script_rules rules;
  rules.guard.loops = lang::loop_rule::none;
  rules.score_warn = 1;
  rules.score_block = 100;
  return rules;
}

/// `{ok, …}`, whole and sound.
bool says_ok(std::string_view answer) {
  pack::reader in(answer);
  std::string_view whole;
  need(in.skip(whole, 16) && in.at_end());
  pack::reader parts(answer);
  std::uint32_t entries = 0;
  std::string_view key;
  bool ok = false;
  need(parts.map(entries) && entries > 0 && parts.str(key) && key == "ok" && parts.boolean(ok));
  return ok;
}

void judge_by(std::string_view source, const script_rules& rules, bool parses) {
  const auto once = judge(source, rules);
  const auto again = judge(source, rules);
  need(once.how == again.how && once.message == again.message && once.details == again.details);
  need(once.line == again.line && once.column == again.column);
  need(pack::is_utf8(once.message));
  if (!parses) need(once.how != outcome::ok);
  if (once.how != outcome::ok) need(!once.message.empty());
  const auto lines = static_cast<std::size_t>(std::count(source.begin(), source.end(), '\n'));
  const auto returns = static_cast<std::size_t>(std::count(source.begin(), source.end(), '\r'));
  need(once.line <= source.size() + 1 && (once.line == 0 || once.line <= source.size() + lines + returns + 1));
  const auto said = diagnosis(source, rules);
  need(said == diagnosis(source, rules));
  if (!parses) need(!says_ok(said));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view source{reinterpret_cast<const char*>(data), size};
  lang::pool memory;
  const auto parsed = lang::parse(source, {}, memory);
  const bool parses = std::holds_alternative<lang::program*>(parsed);
  static const script_rules strict = strict_rules();
  static const script_rules scoring = scoring_rules();
  judge_by(source, strict, parses);
  judge_by(source, scoring, parses);
  if (parses) need(says_ok(diagnosis(source, {})));
  return 0;
}
