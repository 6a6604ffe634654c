// TypeScript's types go, and nothing else.
#include "printed.hpp"

#include <catch2/catch.hpp>

using namespace enclaved::engine::lang;

TEST_CASE("annotations are erased", "[lang]") {
  CHECK(without_types("const a: number = 1") == "const a = 1");
  CHECK(without_types("let a!: string") == "let a");
  CHECK(without_types("function f<T extends {}>(this: T, a?: string, ...b: T[]): a is T { return a as any as T; }") ==
        "function f( a, ...b) { return a  ; }");
  CHECK(without_types("const f = async (a: A, b: B = c): Promise<Map<K, V[]>> => a!.b![c]") ==
        "const f = async (a, b = c) => a.b[c]");
  CHECK(without_types("const f = <T,>(a: T): T => a") == "const f = (a) => a");
  CHECK(without_types("new Map<string, number[]>(); f<T>(a); tag<T>`b`; x satisfies Y") ==
        "new Map(); f(a); tag`b`; x ");
  CHECK(without_types("const {a, b}: {a: 1, b?: () => void} = c") == "const {a, b} = c");
  CHECK(without_types("try {} catch (e: unknown) {}") == "try {} catch (e) {}");
  CHECK(without_types("a ? (b) : c; a ? (b: B) => b : c") == "a ? (b) : c; a ? (b) => b : c");
}

TEST_CASE("declarations of types are erased, and keep their lines", "[lang]") {
  CHECK(without_types("interface A extends B<C> {\n  a: string;\n}\nx") == "\nx");
  CHECK(without_types("type A<T> = T extends (infer U)[] ? U : `a${string}`;\nx") == "\nx");
  CHECK(without_types("declare function f(a: string): void;\ndeclare const b: {\n c: d };\nx") == "\n\nx");
  CHECK(without_types("function f(a: string): void;\nfunction f(a: any) {}") == "\nfunction f(a) {}");
  CHECK(without_types("abstract class A<T> extends B<T> implements C, D<E> {\n  private readonly x: number = 1;\n  "
                      "abstract y(): void;\n"
                      "  static z?: string;\n  [key: string]: any;\n  declare w: string;\n  public override async "
                      "m<T>(a: T): Promise<T> { return a; }\n}") ==
        " class A extends B  {\n    x = 1;\n  \n  static z;\n  \n  \n    async m(a) { return a; }\n}");
}

TEST_CASE("comparisons and names that look like types stay what they are", "[lang]") {
  CHECK(printed("a < b > c") == "(binary > (binary < a b) c)");
  CHECK(printed("if (i < n && j > (k)) ;") == "(if (logical && (binary < i n) (binary > j k)) (empty))");
  CHECK(printed("type = 1; let as = declare; as as any; type\nx") ==
        "(assign = type 1) (declare let (variable as declare)) as type x");
  CHECK(printed("f(a < b, c > d)") == "(call f (binary < a b) (binary > c d))");
  CHECK(printed("f<a>(b)", {.allows_types = false}) == "(binary > (binary < f a) b)");
  CHECK(printed("a ? b : c") == "(choose a b c)");
}

TEST_CASE("a constructor's parameters with modifiers become properties", "[lang]") {
  CHECK(printed("class A { constructor(private a: B, public readonly c = 1) { d; } }") ==
        "(class A (method constructor constructor (function a (default = c 1) (block (assign = (member this a) a) "
        "(assign = "
        "(member this c) c) d))))");
  CHECK(
      printed("class A extends B { constructor(private a) { super(); d; } }") ==
      "(class A B (method constructor constructor (function a (block (call super) (assign = (member this a) a) d))))");
}

TEST_CASE("what of TypeScript would run is refused with advice", "[lang]") {
  CHECK(mistake_in("enum A { B = f() }") == "UNSUPPORTED_SYNTAX 1:14");
  CHECK(mistake_in("namespace A {}") == "UNSUPPORTED_SYNTAX 1:1");
  CHECK(mistake_in("@a class B {}") == "UNSUPPORTED_SYNTAX 1:1");
  CHECK(mistake_in("import type {A} from 'a'") == "MODULE_SYNTAX 1:1");
}

TEST_CASE("an enum of constants becomes an object", "[lang]") {
  pool memory;
  const std::string_view source = "enum A { B, C = 1 << 2, D = C | A.B, 'E' = 'e', F = -1, }";
  auto result = parse(source, {}, memory);
  REQUIRE(std::holds_alternative<program*>(result));
  const auto* made = as<variable_declaration>(std::get<program*>(result)->body[0]);
  CHECK(made->op == op_kind::constant);
  std::string text;
  for (const auto* item : as<list_node>(made->declarators[0]->init)->items) {
    const auto* part = as<property>(item);
    text += part->key->kind == node_kind::identifier ? std::string(as<identifier>(part->key)->what->text)
                                                     : "'" + std::string(as<string_literal>(part->key)->value) + "'";
    text += part->value->kind == node_kind::string_literal
                ? "='" + std::string(as<string_literal>(part->value)->value) + "' "
                : "=" + std::to_string(static_cast<int>(as<number_literal>(part->value)->value)) + " ";
  }
  CHECK(text == "B=0 '0'='B' C=4 '4'='C' D=4 '4'='D' 'E'='e' F=-1 '-1'='F' ");
  CHECK(mistake_in("enum A { B, B }") == "DUPLICATE_DECLARATION 1:13");
  CHECK(mistake_in("const enum A { B } declare enum C { D }") == "fine");
  CHECK(mistake_in("enum A {}", {.allows_types = false}) == "UNEXPECTED_TOKEN 1:1");
  CHECK(mistake_in("enum A { B = 'b', C }") == "MISSING_INITIALIZER 1:19");
}
