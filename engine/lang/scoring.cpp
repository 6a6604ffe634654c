#include "engine/lang/scoring.hpp"

#include "engine/lang/bounds.hpp"
#include "engine/lang/walk.hpp"
#include "engine/lang/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <unordered_set>

namespace enclaved::engine::lang {

namespace {

enum rule : std::uint8_t {
  sensitive_field,
  excessive_limit,
  wildcard_query,
  tool_call_in_loop,
  list_then_send,
  extreme_value,
  computed_tool_name,
  bulk_operation,
};

struct rule_row {
  std::string_view name;
  std::uint32_t score;
};
constexpr std::array<rule_row, 8> rules{{
    {"SENSITIVE_FIELD", 35},
    {"EXCESSIVE_LIMIT", 25},
    {"WILDCARD_QUERY", 20},
    {"TOOL_CALL_IN_LOOP", 25},
    {"LIST_THEN_SEND", 50},
    {"EXTREME_VALUE", 30},
    {"COMPUTED_TOOL_NAME", 20},
    {"BULK_OPERATION", 15},
}};

constexpr double limit_usual = 10'000;   ///< more entries than that are asked for by few honest scripts
constexpr double value_usual = 1e9;      ///< a larger number is a mistake or a trick; times in ms are larger: see below
constexpr double times_from = 9.4e11;    ///< ms since the epoch of 1999
constexpr double times_to = 4.2e12;      ///< of 2103
constexpr std::size_t items_usual = 100; ///< of a list that is written out

class assessor {
public:
  assessor(const program& tree, const facts& found) : tree_(tree), facts_(found) {}

  assessment run() {
    for (const auto& use : facts_.tools) tool(use);
    members(&tree_);
    list_then_sends();
    for (std::size_t i = 0; i < rules.size(); ++i)
      if (fits_[i] != 0) out_.score += rules[i].score;
    out_.score = std::min(out_.score, score_most);
    std::stable_sort(out_.signals.begin(), out_.signals.end(), [](const signal& a, const signal& b) {
      return a.line != b.line ? a.line < b.line : a.column < b.column;
    });
    return std::move(out_);
  }

private:
  void add(rule which, const node* where, std::string message) {
    if (++fits_[which] > bounds::signals_of_a_rule) return;
    const auto at = place_of(tree_.source, *where);
    out_.signals.push_back({rules[which].name, rules[which].score, std::move(message), at.line, at.column});
  }

  void tool(const tool_use& use) {
    if (use.name.data() == nullptr)
      add(computed_tool_name, use.where, "which tool is called is only known when the script runs");
    else if (is_bulk(use.name))
      add(bulk_operation, use.where, "the tool \"" + shown(use.name) + "\" works on many things at once");
    if (use.repeats) add(tool_call_in_loop, use.where, "a tool is called again and again");
    if (use.call)
      for (const node* it : use.call->arguments) argument(it);
  }

  // -- what is handed to a tool

  void argument(const node* n) {
    if (!seen_.insert(n).second) return; // tools called within a tool's arguments
    if (const auto text = constant_text(n); text.data() != nullptr) return string(n, text);
    switch (n->kind) {
    case node_kind::number_literal: return number(n, {}, as<number_literal>(n)->value);
    case node_kind::property: return entry(as<property>(n));
    case node_kind::array_expression:
      if (as<list_node>(n)->items.size() > items_usual)
        add(bulk_operation, n,
            "a list of " + std::to_string(as<list_node>(n)->items.size()) + " entries is handed to a tool");
      break;
    default: break;
    }
    if (const auto value = constant_number(n); value && n->kind != node_kind::number_literal)
      return number(n, {}, *value);
    for_each_child(n, [this](const node* child) { argument(child); });
  }

  void entry(const property* n) {
    const auto key = key_text(n->key, n->is(is_computed));
    if (key.data() && is_sensitive(key)) add(sensitive_field, n->key, "\"" + shown(key) + "\" is a sensitive field");
    if (const auto value = constant_number(n->value)) return number(n->value, key, *value);
    argument(n->value);
  }

  void string(const node* n, std::string_view text) {
    if (is_sensitive(text)) add(sensitive_field, n, "\"" + shown(text) + "\" names a sensitive field");
    if (is_wildcard(text)) add(wildcard_query, n, "\"" + shown(text) + "\" asks for everything");
  }

  void number(const node* n, std::string_view key, double value) {
    if (key.data() && is_limit(key) && (value > limit_usual || value < 0))
      add(excessive_limit, n, "\"" + shown(key) + "\" asks for a great many entries");
    else if (std::fabs(value) > value_usual && !(value >= times_from && value <= times_to))
      add(extreme_value, n, "a number is as large as few honest ones");
  }

  /// `-1`, `1e9`, `Infinity`, `Number.MAX_SAFE_INTEGER`.
  static std::optional<double> constant_number(const node* n) {
    if (n->kind == node_kind::number_literal) return as<number_literal>(n)->value;
    if (n->kind == node_kind::unary_expression && n->op == op_kind::minus)
      if (const auto value = constant_number(as<unary_node>(n)->argument)) return -*value;
    if (n->kind == node_kind::identifier && !as<identifier>(n)->meaning && as<identifier>(n)->what->text == "Infinity")
      return HUGE_VAL;
    if (n->kind == node_kind::member_expression && !n->is(is_computed)) {
      const auto name = key_text(as<member_expression>(n)->property, false);
      if (name == "MAX_SAFE_INTEGER" || name == "MAX_VALUE" || name == "POSITIVE_INFINITY") return HUGE_VAL;
    }
    return std::nullopt;
  }

  // -- what is read of results

  void members(const node* n) {
    if (n->kind == node_kind::member_expression) {
      const auto* m = as<member_expression>(n);
      const auto key = key_text(m->property, n->is(is_computed));
      if (key.data() && is_sensitive(key))
        add(sensitive_field, m->property, "\"" + shown(key) + "\" is a sensitive field");
    }
    if (n->kind == node_kind::object_pattern)
      for (const node* it : as<list_node>(n)->items) taken(it);
    for_each_child(n, [this](const node* child) { members(child); });
  }

  void taken(const node* n) {
    if (n->kind != node_kind::property) return;
    const auto key = key_text(as<property>(n)->key, n->is(is_computed));
    if (key.data() && is_sensitive(key))
      add(sensitive_field, as<property>(n)->key, "\"" + shown(key) + "\" is a sensitive field");
  }

  // -- a tool that reads, and after it one that sends

  void list_then_sends() {
    const node* reads = nullptr;
    for (const auto& use : facts_.tools) {
      if (use.name.data() == nullptr) continue;
      if (reads && sends(use.name) && use.where->begin > reads->begin)
        add(list_then_send, use.where,
            "\"" + shown(use.name) + "\" sends after line " + std::to_string(reads->line) + " has read");
      if (!reads && reads_many(use.name)) reads = use.where;
    }
  }

  const program& tree_;
  const facts& facts_;
  assessment out_;
  std::array<std::uint32_t, rules.size()> fits_{};
  std::unordered_set<const node*> seen_;
};

} // namespace

assessment assess(const program& tree, const facts& found) { return assessor(tree, found).run(); }

} // namespace enclaved::engine::lang
