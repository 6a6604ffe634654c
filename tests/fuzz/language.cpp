// Any bytes as a script: they are parsed or refused at a place inside them, in bounded memory, and what is parsed is a
// tree whose parts lie inside one another.
#include "base/pack.hpp"
#include "engine/lang/bounds.hpp"
#include "engine/lang/parser.hpp"
#include "engine/lang/walk.hpp"

#include <cstdlib>

namespace {

using namespace enclaved;
using namespace enclaved::engine::lang;

void need(bool holds) {
  if (!holds) std::abort();
}

/// Each node lies in its parent, behind its elder siblings; no way is longer than recursion may go.
void check_node(const node* n, unsigned depth) {
  need(n->begin <= n->end && n->line > 0);
  need(depth < 6 * bounds::syntax_nesting);
  std::uint32_t last = n->begin;
  for_each_child(n, [&](const node* part) {
    need(part->begin >= last && part->end <= n->end && part->line >= n->line);
    last = part->begin;
    check_node(part, depth + 1);
  });
}

void check_scope(const scope* s) {
  std::uint32_t count = 0;
  for (const auto* each = s->first; each; each = each->next) {
    need(each->in == s && each->what->innermost == nullptr && each->hides == nullptr && each->where != nullptr);
    ++count;
  }
  need(count == s->count && s->owner != nullptr);
  const scope* last = nullptr;
  for (const auto* each = s->first_child; each; each = each->next_sibling) {
    need(each->parent == s);
    check_scope(each);
    last = each;
  }
  need(last == s->last_child);
}

void check_tree(program* tree, std::string_view source) {
  need(tree->end == source.size());
  check_node(tree, 0);
  check_scope(tree->scope);
  std::uint32_t last = 0;
  for (std::uint32_t i = 0; i < tree->erased_count; ++i) {
    need(tree->erased[i].begin >= last && tree->erased[i].end > tree->erased[i].begin);
    last = tree->erased[i].end;
  }
  need(last <= source.size());
  resolve(*tree);
  check_scope(tree->scope);
}

void check_problem(const syntax_problem& problem, std::string_view source) {
  need(problem.begin <= problem.end && problem.end <= source.size() + 1 && problem.line > 0 && problem.column > 0);
  need(!problem.code.empty() && !problem.message.empty());
  need(pack::is_utf8(problem.message) && pack::is_utf8(problem.hint) && pack::is_utf8(render(problem, source)));
}

void parse_as(std::string_view source, const parse_options& options) {
  pool memory;
  const auto result = parse(source, options, memory);
  need(memory.bytes() <= source.size() * bounds::syntax_tree_factor + bounds::syntax_tree_bytes);
  const auto found = diagnose(source, options);
  if (const auto* problem = std::get_if<syntax_problem>(&result)) {
    check_problem(*problem, source);
    need(!found.empty() && found.size() <= bounds::syntax_problems);
    return;
  }
  need(found.empty());
  check_tree(std::get<program*>(result), source);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view source{reinterpret_cast<const char*>(data), size};
  parse_as(source, {});
  parse_as(source, {.form = script_form::plain, .allows_types = false});
  return 0;
}
