#include "engine/judge.hpp"

#include "base/pack.hpp"
#include "engine/lang/capabilities.hpp"
#include "engine/lang/scoring.hpp"

#include <algorithm>
#include <new>

namespace enclaved::engine {

namespace {

using lang::diagnostic;

void put(pack::writer& to, const diagnostic& it) {
  to.map(5).str("code").str(it.code).str("severity");
  to.str(it.severity == lang::severity::error ? "error" : "warning").str("message").str(it.message);
  to.str("line").number(it.line).str("column").number(it.column);
}

void put(pack::writer& to, const std::vector<diagnostic>& all) {
  to.array(static_cast<std::uint32_t>(all.size()));
  for (const auto& it : all) put(to, it);
}

void put(pack::writer& to, const lang::assessment& what) {
  to.str("score").number(what.score).str("signals").array(static_cast<std::uint32_t>(what.signals.size()));
  for (const auto& it : what.signals) {
    to.map(5).str("rule").str(it.rule).str("score").number(it.score).str("message").str(it.message);
    to.str("line").number(it.line).str("column").number(it.column);
  }
}

judgement refused(outcome how, const diagnostic& first) {
  return {.how = how, .message = first.message, .details = {}, .line = first.line, .column = first.column};
}

/// What a script does that it was not granted is told apart from what nobody may do.
judgement refused_by_guard(const std::vector<diagnostic>& broken) {
  const bool only_grants =
      std::all_of(broken.begin(), broken.end(), [](const diagnostic& it) { return it.code == lang::tool_not_granted; });
  auto result = refused(only_grants ? outcome::capability_denied : outcome::validation_error, broken.front());
  pack::buffer out;
  pack::writer to(out);
  to.map(1).str("diagnostics");
  put(to, broken);
  result.details = std::move(out.bytes);
  return result;
}

/// Blocked, suspect or neither.
judgement weighed(const lang::assessment& what, const script_rules& rules) {
  const bool blocks = rules.score_block != 0 && what.score >= rules.score_block;
  const bool warns = rules.score_warn != 0 && what.score >= rules.score_warn;
  if (!blocks && !warns) return {};
  judgement result;
  result.how = blocks ? outcome::blocked : outcome::ok;
  result.message = "the script scores " + std::to_string(what.score);
  if (blocks) result.message += ", and " + std::to_string(rules.score_block) + " or more is refused";
  if (!what.signals.empty()) {
    result.line = what.signals.front().line;
    result.column = what.signals.front().column;
  }
  pack::buffer out;
  pack::writer to(out);
  to.map(2);
  put(to, what);
  result.details = std::move(out.bytes);
  return result;
}

judgement judged(std::string_view code, const script_rules& rules) {
  // Before anything is done with it.
  if (rules.guard.source_bytes != 0 && code.size() > rules.guard.source_bytes)
    return refused_by_guard(
        {{"SOURCE_TOO_LARGE", lang::severity::error,
          "the source has more than " + std::to_string(rules.guard.source_bytes) + " bytes", 1, 1}});
  lang::pool memory;
  const auto parsed = lang::parse(code, {}, memory);
  if (const auto* problem = std::get_if<lang::syntax_problem>(&parsed))
    return {.how = outcome::syntax_error,
            .message = lang::render(*problem, code),
            .details = {},
            .line = problem->line,
            .column = problem->column};
  auto& tree = *std::get<lang::program*>(parsed);
  lang::resolve(tree);
  const auto found = lang::gather(tree);
  if (const auto broken = lang::violations(tree, found, rules.guard); !broken.empty()) return refused_by_guard(broken);
  if (rules.score_warn == 0 && rules.score_block == 0) return {};
  return weighed(lang::assess(tree, found), rules);
}

/// What the gate says, as entries of a list of problems.
void append(std::vector<diagnostic>& to, const lang::assessment& what, const script_rules& rules) {
  const bool blocks = rules.score_block != 0 && what.score >= rules.score_block;
  const auto severity = blocks ? lang::severity::error : lang::severity::warning;
  for (const auto& it : what.signals) to.push_back({std::string(it.rule), severity, it.message, it.line, it.column});
}

} // namespace

judgement judge(std::string_view code, const script_rules& rules) {
  try {
    return judged(code, rules);
  } catch (const std::bad_alloc&) {
    const auto how = rules.score_block != 0 ? outcome::blocked : outcome::validation_error;
    return {.how = how, .message = "the source is too large to be judged", .details = {}};
  }
}

std::string diagnosis(std::string_view code, const script_rules& rules) {
  auto problems = pack::is_utf8(code)
                      ? lang::diagnose(code, {})
                      : std::vector<diagnostic>{{"NOT_UTF8", lang::severity::error, "the source is not UTF-8", 1, 1}};
  lang::assessment score;
  std::vector<std::string> capabilities;
  if (problems.empty()) {
    lang::pool memory;
    auto& tree = *std::get<lang::program*>(lang::parse(code, {}, memory));
    lang::resolve(tree);
    const auto found = lang::gather(tree);
    problems = lang::violations(tree, found, rules.guard);
    score = lang::assess(tree, found);
    capabilities = lang::suggested_capabilities(found);
    if (rules.score_warn != 0 || rules.score_block != 0) append(problems, score, rules);
  }
  const bool fine = std::none_of(problems.begin(), problems.end(),
                                 [](const diagnostic& it) { return it.severity == lang::severity::error; });
  pack::buffer out;
  pack::writer to(out);
  to.map(4).str("ok").boolean(fine).str("diagnostics");
  put(to, problems);
  to.str("capabilities").array(static_cast<std::uint32_t>(capabilities.size()));
  for (const auto& it : capabilities) to.str(it);
  to.str("score").number(score.score);
  return std::move(out.bytes);
}

} // namespace enclaved::engine
