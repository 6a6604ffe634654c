#include "engine/lang/emitter.hpp"

#include <array>
#include <charconv>
#include <cstdio>

namespace enclaved::engine::lang {

// -- text -------------------------------------------------------------------------------------------------------------

void emitter::put_number(unsigned long n) {
  std::array<char, 24> digits{};
  out_.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), n).ptr);
}

/// A string literal of ASCII and whole UTF-8 sequences; what is neither is escaped.
void emitter::put_string(std::string_view text) {
  put('"');
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '"' || c == '\\') {
      put('\\');
      put(text[i]);
    } else if (c < 0x20 || c == 0x7f) {
      std::array<char, 8> escaped{};
      std::snprintf(escaped.data(), escaped.size(), "\\x%02x", c);
      put(escaped.data());
    } else if (c == 0xed && i + 2 < text.size() && static_cast<unsigned char>(text[i + 1]) >= 0xa0) {
      const unsigned unit = 0xd000U | (static_cast<unsigned char>(text[i + 1]) & 0x3fU) << 6 |
                            (static_cast<unsigned char>(text[i + 2]) & 0x3fU);
      std::array<char, 8> escaped{};
      std::snprintf(escaped.data(), escaped.size(), "\\u%04x", unit);
      put(escaped.data());
      i += 2;
    } else if (c == 0xe2 && i + 2 < text.size() && text[i + 1] == '\x80' &&
               (text[i + 2] == '\xa8' || text[i + 2] == '\xa9')) {
      put(text[i + 2] == '\xa8' ? "\\u2028" : "\\u2029");
      i += 2;
    } else {
      put(text[i]);
    }
  }
  put('"');
}

/// What follows stands on this line of the source, when that is still ahead.
void emitter::sync(std::uint32_t line) {
  while (line_ < line && !quiet_) {
    put('\n');
    ++line_;
  }
}

std::string_view emitter::kept(std::string_view a, unsigned long n) {
  std::array<char, 24> digits{};
  const auto* end = std::to_chars(digits.data(), digits.data() + digits.size(), n).ptr;
  const auto count = static_cast<std::size_t>(end - digits.data());
  auto* text = memory_.array<char>(a.size() + count);
  std::memcpy(text, a.data(), a.size());
  std::memcpy(text + a.size(), digits.data(), count);
  return {text, a.size() + count};
}

bool emitter::is_plain_key(std::string_view text) {
  if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return false;
  for (const char c : text)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$'))
      return false;
  return true;
}

/// A name that means the same to Duktape and is none of ours.
bool emitter::is_plain_name(std::string_view text) {
  return is_plain_key(text) && text.find("$$") == std::string_view::npos && text != "undefined" && text != "NaN" &&
         text != "Infinity" && text != "arguments" && text != "eval";
}

/// A variable of the text that lives until its release.
std::string_view emitter::temp() {
  static constexpr std::array<std::string_view, 16> names{"$$1",  "$$2",  "$$3",  "$$4",  "$$5",  "$$6",
                                                          "$$7",  "$$8",  "$$9",  "$$10", "$$11", "$$12",
                                                          "$$13", "$$14", "$$15", "$$16"};
  const auto at = now_->temps++;
  now_->temps_most = std::max(now_->temps_most, now_->temps);
  return at < names.size() ? names[at] : kept("$$", at + 1);
}

std::string_view emitter::variable(std::string_view prefix) {
  const auto name = kept(prefix, ++names_);
  now_->variables.push_back(name);
  return name;
}

void emitter::close_patterns(std::size_t from) {
  now_->ever_opens = true;
  out_.insert(from, "try{");
  put("}catch($$e){$$unwind($$o,$$e,$$o=void 0);}");
}

void emitter::finish_variables() {
  if (now_->ever_opens) now_->variables.push_back("$$o");
  std::string_view before = "var ";
  for (unsigned i = 1; i <= now_->temps_most; ++i) {
    put(before);
    put("$$");
    put_number(i);
    before = ",";
  }
  for (const auto name : now_->variables) {
    put(before);
    put(name);
    before = ",";
  }
  if (before == ",") put(';');
}

// -- names ------------------------------------------------------------------------------------------------------------

void emitter::name_scope(scope* s, placement where) {
  if (s == nullptr) return;
  for (auto* d = s->first; d != nullptr; d = d->next) {
    auto& b = binding_of(*d);
    if (!b.text.empty()) continue;
    const auto text = d->what->text;
    if (!is_plain_name(text))
      b.text = kept("$$u", ++names_);
    else if (where == placement::function_level)
      b.text = text;
    else
      b.text = kept(kept(std::string(text) + "$$"), ++names_);
  }
}

bool emitter::is_held(const declaration& d) const { return binding_of(d).captured_per_iteration(d); }

bool emitter::is_boxed(const declaration& d) const {
  const auto& b = binding_of(d);
  return options_.captures_values ? b.boxed(d) : b.captured_per_iteration(d);
}

/// At the beginning of a block: new boxes, and the marks of what is not there yet.
void emitter::enter_block(scope* s) {
  if (s == nullptr) return;
  for (auto* d = s->first; d != nullptr; d = d->next) {
    const auto& b = binding_of(*d);
    const bool dead = d->is_used_early && d->kind != declaration_kind::function;
    if (is_boxed(*d)) {
      put(b.text);
      put(dead ? "=[$$dead];" : "=[void 0];");
    } else if (dead) {
      put(b.text);
      put("=$$dead;");
    }
  }
}

void emitter::declare_variable(const declaration& d) { now_->variables.push_back(binding_of(d).text); }

bool emitter::needs_check(const identifier* at, const declaration& d) const {
  const auto& b = binding_of(d);
  if (!d.is_used_early) return false;
  if (!options_.omits_checks) return true;
  return depth_ != b.depth || at->begin < b.live_from || b.in_switch;
}

bool emitter::is_constant(const declaration& d) const {
  return d.kind == declaration_kind::constant || d.kind == declaration_kind::own_name;
}

void emitter::put_place(const declaration& d) {
  put(binding_of(d).text);
  if (is_boxed(d)) put("[0]");
}

void emitter::put_global(identifier* at) {
  const auto text = at->what->text;
  if (text == "undefined") {
    put("(void 0)");
  } else if (text == "arguments") {
    put(now_->arguments_text);
  } else if (text == "eval" || (is_plain_key(text) && text.substr(0, 2) != "$$")) {
    put(text);
  } else {
    put("$$global(");
    put_string(text);
    put(')');
  }
}

/// A variable's value.
void emitter::read(identifier* at) {
  const auto* d = at->meaning;
  if (d == nullptr) {
    put_global(at);
    return;
  }
  if (depth_ < binding_of(*d).depth) {
    put("$$tdz(");
    put_string(d->what->text);
    put(')');
    return;
  }
  if (!needs_check(at, *d)) {
    put_place(*d);
    return;
  }
  put('(');
  put_place(*d);
  put("===$$dead?$$tdz(");
  put_string(d->what->text);
  put("):");
  put_place(*d);
  put(')');
}

/// Reading it twice does what reading it once does.
bool emitter::is_simple_read(const node* n) const {
  if (n->kind == node_kind::this_expression) return !now_->is_derived;
  if (n->kind != node_kind::identifier) return false;
  const auto* at = as<identifier>(n);
  return at->meaning != nullptr && binding_of(*at->meaning).depth == depth_ && !needs_check(at, *at->meaning) &&
         !is_boxed(*at->meaning);
}

} // namespace enclaved::engine::lang
