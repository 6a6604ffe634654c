// What references mean, and how declarations are used.
#include "engine/lang/parser.hpp"

#include <catch2/catch.hpp>

using namespace enclaved::engine::lang;

namespace {

/// What is known of the first declaration of `what`, in whatever scope: c captured, a assigned, e used early.
std::string known_of(std::string_view what, std::string_view source) {
  pool memory;
  auto result = parse(source, {}, memory);
  auto* tree = std::get<program*>(result);
  resolve(*tree);
  std::string text = "none";
  const auto look = [&](const auto& self, const scope* s) -> bool {
    for (const auto* each = s->first; each; each = each->next) {
      if (each->what->text != what) continue;
      text = std::to_string(each->uses);
      if (each->is_captured) text += " c";
      if (each->is_assigned) text += " a";
      if (each->is_used_early) text += " e";
      return true;
    }
    for (const auto* each = s->first_child; each; each = each->next_sibling)
      if (self(self, each)) return true;
    return false;
  };
  look(look, tree->scope);
  return text;
}

} // namespace

TEST_CASE("uses are counted, captures and assignments seen", "[lang]") {
  CHECK(known_of("a", "let a = 1; f(a, a);") == "2");
  CHECK(known_of("a", "let a = 1; a = 2; a += 3;") == "1 a");
  CHECK(known_of("a", "let a = 1; () => a;") == "1 c");
  CHECK(known_of("a", "let a = 1; [a] = b; for (a of c) ;") == "0 a");
  CHECK(known_of("a", "let a = 1; { let a = 2; () => a; }") == "0");
  CHECK(known_of("a", "({a: 1}).a; let a = 1; a: for (;;) break a;") == "0");
  CHECK(known_of("f", "(function f() { return f; })") == "1");
  CHECK(known_of("a", "function g(a) { return {a}; }") == "1");
}

TEST_CASE("only a use that may come too early needs the dead zone's check", "[lang]") {
  CHECK(known_of("a", "a; let a = 1;") == "1 e");
  CHECK(known_of("a", "let a = a;") == "1 e");
  CHECK(known_of("a", "let a = () => a;") == "1 c");
  CHECK(known_of("a", "let a = f(() => a);") == "1 c e");
  CHECK(known_of("a", "f(); let a = 1; function f() { return a; }") == "1 c e");
  CHECK(known_of("a", "let a = 1; { function f() { return a; } }") == "1 c");
  CHECK(known_of("a", "let a = 1; const f = () => a;") == "1 c");
  CHECK(known_of("a", "const f = () => a; let a = 1;") == "1 c e");
  CHECK(known_of("a", "switch (b) { case 1: let a = 1; a; break; case 2: }") == "1");
  CHECK(known_of("a", "switch (b) { case 1: let a = 1; case 2: a; }") == "1 e");
  CHECK(known_of("a", "for (const a of a) ;") == "1 e");
  CHECK(known_of("b", "function f(a = b, b) {}") == "1 e");
  CHECK(known_of("A", "class A { m() { return A; } }") == "0");
  CHECK(known_of("A", "new A(); class A {}") == "1 e");
  CHECK(known_of("a", "function f() { return g(); function g() { return a; } let a = 1; }") == "1 c e");
}
