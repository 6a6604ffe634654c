// What sources become as trees.
#include "engine/lang/parser.hpp"
#include "printed.hpp"

#include <catch2/catch.hpp>

using namespace enclaved::engine::lang;

TEST_CASE("operators bind as the grammar says", "[lang]") {
  CHECK(printed("a + b * c - d") == "(binary - (binary + a (binary * b c)) d)");
  CHECK(printed("a ** b ** c") == "(binary ** a (binary ** b c))");
  CHECK(printed("a || b && c") == "(logical || a (logical && b c))");
  CHECK(printed("a ?? (b || c)") == "(logical ?? a (logical || b c))");
  CHECK(printed("a < b === c in d") == "(binary === (binary < a b) (binary in c d))");
  CHECK(printed("!a.b++ + -c") == "(binary + (unary ! (update ++ (member a b))) (unary - c))");
  CHECK(printed("a = b ? c : d, e") == "(sequence (assign = a (choose b c d)) e)");
  CHECK(printed("a ||= b **= c") == "(assign || a (assign ** b c))");
}

TEST_CASE("arrows are told from parentheses when they end", "[lang]") {
  CHECK(printed("x => x + 1") == "(arrow x (binary + x 1))");
  CHECK(printed("() => {}") == "(arrow (block))");
  CHECK(printed("({a, b: [c = 1], ...d}, e = 2, ...f) => a") ==
        "(arrow (object-pattern (property short a a) (property b (array-pattern (default = c 1))) (rest d)) "
        "(default = e 2) (rest f) a)");
  CHECK(printed("async (a) => await a") == "(arrow async a (await a))");
  CHECK(printed("async x => x") == "(arrow async x x)");
  CHECK(printed("async(a, ...b)") == "(call async a (spread b))");
  CHECK(printed("(a, b)") == "(sequence a b)");
  CHECK(printed("a ? (b) : c => d") == "(choose a b (arrow c d))");
  CHECK(mistake_in("(a)\n=> b") == "UNEXPECTED_TOKEN 2:1");
  CHECK(mistake_in("() => {} || a") == "UNEXPECTED_TOKEN 1:10");
}

TEST_CASE("literals become patterns before an assignment", "[lang]") {
  CHECK(printed("[a, , b.c, ...d] = e") == "(assign = (array-pattern a hole (member b c) (rest d)) e)");
  CHECK(
      printed("({a = 1, b: {c}, [d]: e} = f)") ==
      "(assign = (object-pattern (property short a (default = a 1)) (property b (object-pattern (property short c c))) "
      "(property computed d e)) f)");
  CHECK(printed("for ([a, b] of c) ;") == "(for-of (array-pattern a b) c (empty))");
  CHECK(mistake_in("({a = 1})") == "INVALID_PROPERTY 1:5");
  CHECK(mistake_in("[{a = 1}].b = 2") == "INVALID_PROPERTY 1:5");
  CHECK(mistake_in("[(a = 1)] = b") == "INVALID_TARGET 1:3");
  CHECK(mistake_in("({a: ({b})} = c)") == "INVALID_TARGET 1:7");
  CHECK(printed("({__proto__: a, __proto__: b} = c)").substr(0, 7) == "(assign");
  CHECK(mistake_in("({__proto__: a, '__proto__': b})") == "INVALID_PROPERTY 1:17");
}

TEST_CASE("one wrapper is around all that an optional chain may skip", "[lang]") {
  CHECK(printed("a?.b.c(d)?.[e]") == "(chain (member computed ?. (call (member (member ?. a b) c) d) e))");
  CHECK(printed("(a?.b).c") == "(member (chain (member ?. a b)) c)");
  CHECK(printed("a?.5:b") == "(choose a .5 b)");
}

TEST_CASE("classes have methods, fields, accessors and blocks", "[lang]") {
  CHECK(
      printed("class A extends B { #x = 1; static y; static { this.z = 2; } constructor() { super(); } get v() { "
              "return this.#x; } static async *w() {} 'in'; has(o) { return #x in o; } }") ==
      "(class A B (field #x 1) (field static y) (static-block (assign = (member this z) 2)) "
      "(method constructor constructor (function (block (call super)))) (method get v (function (block (return (member "
      "this #x))))) (method static w (function async * (block))) (field 'in') (method has (function o (block (return "
      "(binary in #x o))))))");
  CHECK(printed("class A { get; set; static; async; get\nx() {} }") ==
        "(class A (field get) (field set) (field static) (field async) (method get x (function (block))))");
  CHECK(printed("class A { static async\nx() {} }") == "(class A (field static async) (method x (function (block))))");
}

TEST_CASE("statements end where a line ends and the next token does not fit", "[lang]") {
  CHECK(printed("a\n++b") == "a (update ++ b)");
  CHECK(printed("a = b\n(c)") == "(assign = a (call b c))");
  CHECK(printed("return\na") == "(return) a");
  CHECK(printed("do a; while (b) c") == "(do-while a b) c");
  CHECK(printed("let a\nlet b") == "(declare let (variable a)) (declare let (variable b))");
  CHECK(mistake_in("a b") == "UNEXPECTED_TOKEN 1:3");
}

TEST_CASE("templates keep their text raw and cooked", "[lang]") {
  CHECK(printed("`a${b}c${`d`}\\n`") == "(template \"a\" b \"c\" (template \"d\") \"\n\")");
  CHECK(printed("a`b${c}`") == "(tagged a (template \"b\" c \"\"))");
  CHECK(mistake_in("`\\u`") == "INVALID_ESCAPE 1:2");
  pool memory;
  auto result = parse("tag`\\u\r\nx`", {}, memory);
  const auto* statement = as<expression_statement>(std::get<program*>(result)->body[0]);
  const auto* chunk = as<tagged_template>(statement->expression)->quasi->quasis[0];
  CHECK(chunk->cooked.data() == nullptr);
  CHECK(chunk->raw == "\\u\nx");
}

TEST_CASE("literals have the values the specification gives them", "[lang]") {
  const auto number = [](std::string_view source) {
    pool memory;
    auto result = parse(source, {}, memory);
    return as<number_literal>(as<expression_statement>(std::get<program*>(result)->body[0])->expression)->value;
  };
  CHECK(number("1_000.5e1") == 10005);
  CHECK(number("0xff_ff") == 65535);
  CHECK(number("0b101") == 5);
  CHECK(number("0o17") == 15);
  CHECK(number("9007199254740993") == 9007199254740992.0);
  CHECK(number("0x20000000000001") == 9007199254740992.0);
  CHECK(number("0x20000000000003") == 9007199254740996.0);
  CHECK(number("1e400") > 1e308);
  CHECK(number("5e-324") > 0);
  CHECK(number("1e-400") == 0);
  const auto text = [](std::string_view source) {
    pool memory;
    auto result = parse(source, {}, memory);
    const auto* statement = as<expression_statement>(std::get<program*>(result)->body[0]);
    return std::string(as<string_literal>(statement->expression)->value);
  };
  CHECK(text("'a\\x41\\u0042\\u{43}\\\n\\0'") == std::string("aABC\0", 5));
  CHECK(text("'\\ud83d\\ude00'") == "\xf0\x9f\x98\x80");
  CHECK(text("'\\ud83d'") == "\xed\xa0\xbd");
}

TEST_CASE("identifiers may have letters of any script, and escapes", "[lang]") {
  CHECK(printed("\\u0061bc = caf\xc3\xa9") == "(assign = abc caf\xc3\xa9)");
  CHECK(printed("\\u{61} = a") == "(assign = a a)");
  CHECK(mistake_in("v\\u0061r a") == "RESERVED_WORD 1:1");
  CHECK(mistake_in("\xe2\x82\xac = 1") == "INVALID_CHARACTER 1:1");
}

TEST_CASE("a script is the body of an async function, or a plain script where asked", "[lang]") {
  CHECK(printed("await a; return b") == "(await a) (return b)");
  const parse_options plain{.form = script_form::plain};
  CHECK(mistake_in("return b", plain) == "INVALID_RETURN 1:1");
  CHECK(mistake_in("await a", plain) == "AWAIT_OUTSIDE_ASYNC 1:1");
  CHECK(printed("await = 1", plain) == "(assign = await 1)");
  CHECK(printed("#!/usr/bin/env node\na") == "a");
}

TEST_CASE("declarations hang on the scopes that hold them", "[lang]") {
  pool memory;
  auto result =
      parse("var a; let b; function c(d, {e}) { var f; { let g; var h; } } for (const i of j) k;", {}, memory);
  const auto* tree = std::get<program*>(result);
  const auto names = [](const scope* s) {
    std::string text;
    for (const auto* each = s->first; each; each = each->next) text += std::string(each->what->text) + " ";
    return text;
  };
  CHECK(names(tree->scope) == "a b c ");
  const auto* function = as<function_node>(tree->body[2]);
  CHECK(names(function->scope) == "d e ");
  const auto* body = as<block>(function->body);
  CHECK(names(body->scope) == "f h ");
  CHECK(names(as<block>(body->body[1])->scope) == "g ");
  CHECK(names(as<for_each_statement>(tree->body[3])->scope) == "i ");
  CHECK(function->scope->parent == tree->scope);
}

TEST_CASE("what stands in an arrow's parameters lies in the arrow's scope", "[lang]") {
  pool memory;
  auto result = parse("let y = () => 0; (a = () => this, b = x => { let c; }) => arguments", {}, memory);
  const auto* tree = std::get<program*>(result);
  const auto* arrow = as<function_node>(as<expression_statement>(tree->body[1])->expression);
  CHECK(arrow->uses_this);
  CHECK(arrow->uses_arguments);
  unsigned children = 0;
  for (const auto* each = arrow->scope->first_child; each; each = each->next_sibling) {
    CHECK(each->parent == arrow->scope);
    ++children;
  }
  CHECK(children == 2);
  CHECK(tree->scope->last_child == arrow->scope);
}
