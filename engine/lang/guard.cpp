#include "engine/lang/guard.hpp"

#include "engine/lang/bounds.hpp"
#include "engine/lang/lookalikes.hpp"
#include "engine/lang/walk.hpp"
#include "engine/lang/words.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace enclaved::engine::lang {

namespace {

/// Parts of the language rather than of the library: no rule about globals forbids them.
constexpr std::array<std::string_view, 3> always_there{"undefined", "NaN", "Infinity"};

std::string quoted(std::string_view text) { return '"' + shown(text) + '"'; }

class judge {
public:
  judge(const program& tree, const facts& found, const guard_rules& rules)
      : tree_(tree), facts_(found), rules_(rules) {}

  std::vector<diagnostic> run() {
    sizes();
    globals();
    tools();
    loops();
    if (!rules_.misleading_characters) characters();
    std::stable_sort(out_.begin(), out_.end(), [](const diagnostic& a, const diagnostic& b) {
      return a.line != b.line ? a.line < b.line : a.column < b.column;
    });
    if (out_.size() > bounds::syntax_problems) out_.resize(bounds::syntax_problems);
    return std::move(out_);
  }

private:
  /// Enough of each kind, so that sorting them stays cheap.
  bool is_full() { return out_.size() >= 8 * bounds::syntax_problems; }

  void add(std::string_view code, place at, std::string message) {
    out_.push_back({std::string(code), severity::error, std::move(message), at.line, at.column});
  }
  void add(std::string_view code, const node* where, std::string message) {
    if (!is_full()) add(code, place_of(tree_.source, *where), std::move(message));
  }

  void sizes() {
    if (rules_.source_bytes != 0 && tree_.source.size() > rules_.source_bytes)
      add("SOURCE_TOO_LARGE", place{1, 1},
          "the source has " + std::to_string(tree_.source.size()) + " bytes and may have " +
              std::to_string(rules_.source_bytes));
    if (rules_.nesting != 0 && facts_.depth > rules_.nesting)
      add("NESTED_TOO_DEEP", facts_.deepest, "this lies deeper than " + std::to_string(rules_.nesting) + " levels");
  }

  bool is_allowed(std::string_view global) const {
    if (std::find(always_there.begin(), always_there.end(), global) != always_there.end()) return true;
    if (!rules_.globals_allowed.empty() && !listed(rules_.globals_allowed, global)) return false;
    return !listed(rules_.globals_forbidden, global);
  }

  void globals() {
    if (rules_.globals_allowed.empty() && rules_.globals_forbidden.empty()) return;
    for (const auto& use : facts_.globals) {
      if (use.name.empty())
        add("FORBIDDEN_GLOBAL", use.where, "globalThis is used in a way that does not say which global is meant");
      else if (!is_allowed(use.name))
        add("FORBIDDEN_GLOBAL", use.where, quoted(use.name) + " may not be used here");
    }
  }

  void tools() {
    const bool named_only = !rules_.computed_tool_names || !rules_.tools_allowed.empty();
    // Through globalThis every tool can be reached.
    if (named_only && (rules_.globals_allowed.empty() && rules_.globals_forbidden.empty()))
      for (const auto& use : facts_.globals)
        if (use.name.empty()) add("COMPUTED_TOOL_NAME", use.where, "globalThis hides which tool is meant");
    for (const auto& use : facts_.tools) {
      if (use.name.data() == nullptr) {
        if (named_only) add("COMPUTED_TOOL_NAME", use.where, "the name of a tool is written as a text");
      } else if (!rules_.tools_allowed.empty() && !listed(rules_.tools_allowed, use.name)) {
        add(tool_not_granted, use.where, "the tool " + quoted(use.name) + " is not granted");
      }
    }
  }

  void loops() {
    if (rules_.loops == loop_rule::any) return;
    for (const auto& use : facts_.loops)
      if (rules_.loops == loop_rule::none)
        add("FORBIDDEN_LOOP", use.where, "loops may not be used here");
      else if (!use.bounded)
        add("FORBIDDEN_LOOP", use.where, "only loops that count or go through a collection may be used here");
  }

  void characters() {
    for (const auto& it : suspects(tree_.source, bounds::syntax_problems)) {
      std::array<char, 16> code{};
      std::snprintf(code.data(), code.size(), "U+%04X", static_cast<unsigned>(it.character));
      const std::string character(code.data());
      const place at{it.line, it.column};
      if (it.what == trick::bidirectional)
        add("BIDIRECTIONAL_CHARACTER", at, character + " turns the direction of the text around it");
      else if (it.what == trick::invisible)
        add("INVISIBLE_CHARACTER", at, character + " is not seen");
      else
        add("LOOKALIKE_CHARACTER", at,
            quoted(tree_.source.substr(it.begin, it.end - it.begin)) + " mixes letters: " + character +
                " looks like another one");
    }
    names(&tree_);
  }

  /// Names of one foreign script only, all of whose letters look like ASCII ones; also those that are written with
  /// escapes.
  void names(const node* n) {
    if (n->kind == node_kind::identifier || n->kind == node_kind::private_name) {
      const auto text = as<identifier>(n)->what->text;
      const bool shown_mixed = !n->is(has_escape) && std::any_of(text.begin(), text.end(), [](unsigned char c) {
        return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
      });
      if (!shown_mixed && looks_like_another(text))
        add("LOOKALIKE_CHARACTER", n, quoted(text) + " looks like a name of other letters");
    }
    for_each_child(n, [this](node* child) { names(child); });
  }

  const program& tree_;
  const facts& facts_;
  const guard_rules& rules_;
  std::vector<diagnostic> out_;
};

} // namespace

bool guard_rules::any() const {
  return !globals_allowed.empty() || !globals_forbidden.empty() || !tools_allowed.empty() || !computed_tool_names ||
         loops != loop_rule::any || !misleading_characters || source_bytes != 0 || nesting != 0;
}

bool listed(const std::vector<std::string>& list, std::string_view name) {
  return std::any_of(list.begin(), list.end(), [name](std::string_view it) {
    return it.ends_with('*') ? name.starts_with(it.substr(0, it.size() - 1)) : it == name;
  });
}

std::vector<diagnostic> violations(const program& tree, const facts& found, const guard_rules& rules) {
  return judge(tree, found, rules).run();
}

} // namespace enclaved::engine::lang
