// What people are told.
#include "engine/lang/bounds.hpp"
#include "printed.hpp"

#include <catch2/catch.hpp>

using namespace enclaved::engine::lang;

namespace {

std::string told(std::string_view source) {
  pool memory;
  const auto result = parse(source, {}, memory);
  const auto* problem = std::get_if<syntax_problem>(&result);
  return problem ? render(*problem, source) : "fine";
}

std::string hint_of(std::string_view source) {
  pool memory;
  const auto result = parse(source, {}, memory);
  const auto* problem = std::get_if<syntax_problem>(&result);
  return problem ? problem->hint : "fine";
}

} // namespace

TEST_CASE("a mistake shows its line with a caret", "[lang]") {
  CHECK(told("let a = 1;\n\tlet \xc3\xa9 = 'x', a = 2;") ==
        "line 2, column 15: `a` is declared twice in this scope\n"
        "  \tlet \xc3\xa9 = 'x', a = 2;\n"
        "  \t             ^\n"
        "  hint: assign to it without declaring it again, or choose another name");
  CHECK(told("f(a,\n  b") ==
        "line 2, column 4: the script ends where `)` after the arguments is expected\n    b\n     ^\n"
        "  hint: the `(` of line 1 is never closed");
}

TEST_CASE("a long line is shown in part", "[lang]") {
  const auto text = told(std::string(5000, ' ') + "let let" + std::string(5000, ' '));
  CHECK(text.size() < 600);
  CHECK(text.find("let let") != std::string::npos);
}

TEST_CASE("common mistakes have hints", "[lang]") {
  CHECK(hint_of("if (a) {} elif (b) {}") == "write else if");
  CHECK(hint_of("def f(x):\n  return x") == "write function name(\xe2\x80\xa6) {\xe2\x80\xa6}");
  CHECK(hint_of("if (a and b) {}") == "write &&");
  CHECK(hint_of("import fs from 'fs'").find("without import") != std::string::npos);
  CHECK(hint_of("export default a").find("leave `export` out") != std::string::npos);
  CHECK(hint_of("```js\nreturn 1\n```").find("without the lines of ```") != std::string::npos);
  CHECK(hint_of("const a = <div>b</div>").find("JSX") != std::string::npos);
  CHECK(hint_of("a = \xe2\x80\x9c"
                "b\xe2\x80\x9d") == "write straight quotes, \" or '");
  CHECK(hint_of("function f() { await a }") == "write async before the function around it");
  CHECK(hint_of("a = 'it") == "close it with ', or write text of several lines between backquotes");
  CHECK(hint_of("10n").find("use numbers") != std::string::npos);
  CHECK(hint_of("if (a == b() = c) {}") == "to compare, write ===");
}

TEST_CASE("bytes that are no UTF-8 have a place", "[lang]") {
  CHECK(mistake_in("a;\nb\xff") == "INVALID_ENCODING 2:2");
  CHECK(mistake_in("'\xed\xa0\x80'") == "INVALID_ENCODING 1:2");
  CHECK(told("a\xff").find("not UTF-8") != std::string::npos);
}

TEST_CASE("a diagnosis lists what else is wrong", "[lang]") {
  const auto found = diagnose("let a; let a;\nbreak;\nconst b;\nc d", {});
  REQUIRE(found.size() == 4);
  CHECK(found[0].code == "DUPLICATE_DECLARATION");
  CHECK(found[1].line == 2);
  CHECK(found[3].code == "UNEXPECTED_TOKEN");
  std::string many;
  for (int i = 0; i < 100; ++i) many += "break;";
  CHECK(diagnose(many, {}).size() == enclaved::bounds::syntax_problems);
  CHECK(diagnose("a", {}).empty());
}
