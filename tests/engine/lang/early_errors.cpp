// Mistakes that the specification wants found before anything runs.
#include "printed.hpp"

#include <catch2/catch.hpp>

using namespace enclaved::engine::lang;

TEST_CASE("a name is declared once in a scope", "[lang]") {
  CHECK(mistake_in("let a; let a;") == "DUPLICATE_DECLARATION 1:12");
  CHECK(mistake_in("let a; var a;") == "DUPLICATE_DECLARATION 1:12");
  CHECK(mistake_in("var a; let a;") == "DUPLICATE_DECLARATION 1:12");
  CHECK(mistake_in("let a; { var a; }") == "DUPLICATE_DECLARATION 1:14");
  CHECK(mistake_in("{ { var a; } let a; }") == "DUPLICATE_DECLARATION 1:18");
  CHECK(mistake_in("function f(a) { let a; }") == "DUPLICATE_DECLARATION 1:21");
  CHECK(mistake_in("{ function a() {} function a() {} }") == "DUPLICATE_DECLARATION 1:28");
  CHECK(mistake_in("try {} catch (a) { let a; }") == "DUPLICATE_DECLARATION 1:24");
  CHECK(mistake_in("try {} catch ([a]) { var a; }") == "DUPLICATE_DECLARATION 1:26");
  CHECK(mistake_in("switch (a) { case 1: let b; case 2: let b; }") == "DUPLICATE_DECLARATION 1:41");
  CHECK(mistake_in("for (let a of b) { var a; }") == "DUPLICATE_DECLARATION 1:24");
  CHECK(mistake_in("class A {} let A;") == "DUPLICATE_DECLARATION 1:16");
  CHECK(mistake_in("(a, a) => 1") == "DUPLICATE_PARAMETER 1:5");
  for (const auto* source :
       {"var a; var a;", "function a() {} function a() {}", "function f(a) { var a; }", "try {} catch (a) { var a; }",
        "let a; { let a; }", "(function a() { let a; })", "(function a(a) {})", "for (let a of b) { let a; }",
        "var a; function f() { let a; { var b; } }", "let a; () => { var a; }",
        "try {} catch (a) { { var a; } } try {} catch (a) { var a; let b; }"})
    CHECK(mistake_in(source) == "fine");
}

TEST_CASE("only variables and properties are assigned to", "[lang]") {
  CHECK(mistake_in("1 = a") == "INVALID_TARGET 1:1");
  CHECK(mistake_in("a() = b") == "INVALID_TARGET 1:1");
  CHECK(mistake_in("a?.b = c") == "INVALID_TARGET 1:1");
  CHECK(mistake_in("++a()") == "INVALID_TARGET 1:3");
  CHECK(mistake_in("[a] += b") == "INVALID_TARGET 1:1");
  CHECK(mistake_in("eval = 1") == "INVALID_TARGET 1:1");
  CHECK(mistake_in("let arguments") == "INVALID_TARGET 1:5");
  CHECK(mistake_in("[...a, b] = c") == "INVALID_TARGET 1:2");
  CHECK(mistake_in("if (a = b) {}") == "fine");
}

TEST_CASE("jumps have a loop or a label to go to", "[lang]") {
  CHECK(mistake_in("break") == "INVALID_JUMP 1:1");
  CHECK(mistake_in("while (a) { () => { continue; } }") == "INVALID_JUMP 1:21");
  CHECK(mistake_in("a: { continue a; }") == "INVALID_JUMP 1:15");
  CHECK(mistake_in("while (a) break b;") == "UNDEFINED_LABEL 1:17");
  CHECK(mistake_in("a: a: ;") == "DUPLICATE_LABEL 1:4");
  CHECK(mistake_in("a: b: for (;;) { continue a; }") == "fine");
  CHECK(mistake_in("a: { break a; }") == "fine");
  CHECK(mistake_in("switch (a) { case 1: continue; }") == "INVALID_JUMP 1:22");
}

TEST_CASE("await and yield stand where they mean something", "[lang]") {
  CHECK(mistake_in("function f() { await a; }") == "AWAIT_OUTSIDE_ASYNC 1:16");
  CHECK(mistake_in("items.forEach(x => { await x; })") == "AWAIT_OUTSIDE_ASYNC 1:22");
  CHECK(mistake_in("async (a = await b) => 1") == "INVALID_AWAIT 1:12");
  CHECK(mistake_in("async function f(a = await b) {}") == "INVALID_AWAIT 1:22");
  CHECK(mistake_in("let await") == "INVALID_AWAIT 1:5");
  CHECK(mistake_in("function* f(a = yield) {}") == "INVALID_YIELD 1:17");
  CHECK(mistake_in("function* f() { (a = yield) => 1; }") == "INVALID_YIELD 1:22");
  CHECK(mistake_in("let yield") == "RESERVED_WORD 1:5");
  CHECK(mistake_in("class A { static { await; } }") == "INVALID_AWAIT 1:20");
  CHECK(mistake_in("function f() { for await (a of b) ; }") == "AWAIT_OUTSIDE_ASYNC 1:20");
}

TEST_CASE("super, new.target and arguments stand where they mean something", "[lang]") {
  CHECK(mistake_in("super.a") == "INVALID_SUPER 1:1");
  CHECK(mistake_in("class A { constructor() { super(); } }") == "INVALID_SUPER 1:27");
  CHECK(mistake_in("class A extends B { a() { super(); } }") == "INVALID_SUPER 1:27");
  CHECK(mistake_in("class A extends B { constructor() { () => super(); } }") == "fine");
  CHECK(mistake_in("({a() { super.b; }})") == "fine");
  CHECK(mistake_in("({a: function () { super.b; }})") == "INVALID_SUPER 1:20");
  CHECK(mistake_in("new.target") == "INVALID_NEW_TARGET 1:1");
  CHECK(mistake_in("class A { a = arguments }") == "INVALID_ARGUMENTS 1:15");
}

TEST_CASE("classes declare what they use, once", "[lang]") {
  CHECK(mistake_in("class A { a() { this.#b; } }") == "UNDECLARED_PRIVATE_NAME 1:22");
  CHECK(mistake_in("class A { #a; b() { return class { c(d) { return d.#a; } }; } }") == "fine");
  CHECK(mistake_in("class A { #a; #a; }") == "DUPLICATE_PRIVATE_NAME 1:15");
  CHECK(mistake_in("class A { get #a() {} set #a(b) {} }") == "fine");
  CHECK(mistake_in("class A { get #a() {} static set #a(b) {} }") == "DUPLICATE_PRIVATE_NAME 1:34");
  CHECK(mistake_in("class A { constructor() {} constructor() {} }") == "INVALID_CLASS 1:28");
  CHECK(mistake_in("class A { get constructor() {} }") == "INVALID_CLASS 1:15");
  CHECK(mistake_in("class A { static prototype() {} }") == "INVALID_CLASS 1:18");
  CHECK(mistake_in("class A { #constructor }") == "INVALID_CLASS 1:11");
  CHECK(mistake_in("class A { #a; b() { delete this.#a; } }") == "INVALID_DELETE 1:28");
}

TEST_CASE("strict code has no octal numbers, no with, no deleted variables", "[lang]") {
  CHECK(mistake_in("010") == "INVALID_NUMBER 1:1");
  CHECK(mistake_in("'\\01'") == "INVALID_ESCAPE 1:2");
  CHECK(mistake_in("with (a) {}") == "UNSUPPORTED_SYNTAX 1:1");
  CHECK(mistake_in("delete (a)") == "INVALID_DELETE 1:9");
  CHECK(mistake_in("if (a) function b() {}") == "MISPLACED_DECLARATION 1:8");
  CHECK(mistake_in("function f(a = 1) { 'use strict'; }") == "INVALID_STRICT 1:21");
  CHECK(mistake_in("a ?? b || c") == "UNEXPECTED_TOKEN 1:6");
  CHECK(mistake_in("-a ** b") == "INVALID_OPERAND 1:4");
  CHECK(mistake_in("const a") == "MISSING_INITIALIZER 1:7");
  CHECK(mistake_in("for (const a = 1 of b) ;") == "UNEXPECTED_TOKEN 1:6");
}

TEST_CASE("a regular expression's pattern is checked by who matches it", "[lang]") {
  CHECK(mistake_in("a = /(/") == "INVALID_REGEXP 1:5");
  CHECK(mistake_in("a = /[/]\\//g") == "fine");
  CHECK(mistake_in("/a/gg") == "INVALID_REGEXP 1:1");
  CHECK(mistake_in("/a/uv") == "INVALID_REGEXP 1:1");
  CHECK(mistake_in("/a\n/") == "UNTERMINATED_REGEXP 1:1");
}
