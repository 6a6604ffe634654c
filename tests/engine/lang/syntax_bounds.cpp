// No source costs more than its length allows.
#include "engine/lang/bounds.hpp"
#include "printed.hpp"

#include <catch2/catch.hpp>

#include <chrono>

using namespace enclaved::engine::lang;
namespace bounds = enclaved::bounds;

namespace {

std::string repeated(std::string_view text, std::size_t bytes) {
  std::string result;
  while (result.size() < bytes) result += text;
  return result;
}

} // namespace

TEST_CASE("nesting of every kind ends in a mistake, not on the stack", "[lang]") {
  for (const auto* text : {"(",
                           "[",
                           "{",
                           "{a:{",
                           "a=>",
                           "async(",
                           "async a=>",
                           "function f(){",
                           "class A{a(){",
                           "a?",
                           "if(a)",
                           "if(a);else ",
                           "!",
                           "new ",
                           "a**",
                           "`${",
                           "let a:a<",
                           "let a=<a>(",
                           "(a?",
                           "<a>(",
                           "[a=",
                           "({a=",
                           "(a=",
                           "let [",
                           "yield ",
                           "await ",
                           "a=",
                           "class extends ",
                           "for(;;)",
                           "while(a)",
                           "do ",
                           "try{",
                           "switch(a){case 1:",
                           "({a(){",
                           "typeof ",
                           "-",
                           "++",
                           "a+(",
                           "a.b(",
                           "a[",
                           "a?.[",
                           "f`${",
                           "class A{a=",
                           "class A{static{",
                           "({[",
                           "(a,",
                           "[...",
                           "f(...",
                           "let a:()=>",
                           "let a:keyof ",
                           "let a:new ()=>",
                           "function*f(){yield "}) {
    CAPTURE(text);
    const auto found = mistake_in(repeated(text, 200'000));
    CHECK(found != "fine");
  }
  CHECK(mistake_in(repeated("(", 10'000)).substr(0, 17) == "NESTED_TOO_DEEPLY");
}

TEST_CASE("chains are trees too deep to recurse over as well", "[lang]") {
  CHECK(mistake_in("a" + repeated(".a", 100'000)).substr(0, 17) == "NESTED_TOO_DEEPLY");
  CHECK(mistake_in("a" + repeated("+a", 100'000)).substr(0, 17) == "NESTED_TOO_DEEPLY");
  CHECK(mistake_in("a" + repeated("+a", 1'900)) == "fine");
  // Half the depth in brackets, half in chains inside one another.
  std::string nested = "a";
  for (int i = 0; i < 100; ++i) nested = "(" + nested + ")" + repeated(".a", 40);
  CHECK(mistake_in(nested).substr(0, 17) == "NESTED_TOO_DEEPLY");
}

TEST_CASE("a tree is at most so many times larger than its source", "[lang]") {
  const std::string open_class = "class A{";
  const std::pair<std::string, std::string> around[] = {
      {"", ""}, {"[", "]"}, {"({", "})"}, {"class A{", "}"}, {"let {", "}=a"}, {"f(", ")"}, {"switch(a){", "}"}};
  const char* pieces[] = {";",
                          "a,",
                          "a;",
                          "{}",
                          "a=>a,",
                          "()=>1,",
                          "()=>{};",
                          "[],",
                          ",",
                          "a(){}",
                          "a(){},",
                          "a,",
                          "``,",
                          "`${a}`,",
                          "'',",
                          "1,",
                          "a:a,",
                          "...a,",
                          "case 1:",
                          "case a:;",
                          "a:;",
                          "try{}catch{}",
                          "try{}catch(a){}",
                          "for(let a;;);",
                          "if(a);",
                          "(function(){});",
                          "class{},",
                          "(class{});",
                          "a\n",
                          "!a,",
                          "a+a,",
                          "static{}",
                          "#a;",
                          "x;",
                          "async a=>a,",
                          "get a(){}",
                          "var a,b;",
                          "{let a}",
                          "function a(){}",
                          "/a/,",
                          "a?b:c,",
                          "new a,",
                          "a.b,",
                          "a?.b,",
                          "a`b`,",
                          "[a]=a,",
                          "{a}=a,"};
  double worst = 0;
  for (const auto& [before, after] : around) {
    for (const auto* piece : pieces) {
      const auto source = before + repeated(piece, 100'000) + after;
      pool memory;
      const auto result = parse(source, {}, memory);
      CAPTURE(before, piece);
      CHECK(memory.bytes() <= source.size() * bounds::syntax_tree_factor + bounds::syntax_tree_bytes);
      worst = std::max(worst, static_cast<double>(memory.bytes()) / static_cast<double>(source.size()));
    }
  }
  // Names that are all different, declared.
  std::string names = "let a0";
  for (int i = 1; names.size() < 100'000; ++i) {
    names += ",";
    for (auto n = i; n > 0; n /= 26) names += static_cast<char>('a' + n % 26);
    names += "_";
  }
  pool memory;
  parse(names, {}, memory);
  CHECK(memory.bytes() <= names.size() * bounds::syntax_tree_factor + bounds::syntax_tree_bytes);
  INFO("the worst is " << worst);
  CHECK(worst > 10);
}

TEST_CASE("time grows as the source does", "[lang]") {
  // Shapes that cost a careless parser the square of their length or more.
  const auto milliseconds = [](const std::string& source) {
    const auto start = std::chrono::steady_clock::now();
    pool memory;
    auto result = parse(source, {}, memory);
    if (auto* tree = std::get_if<program*>(&result)) resolve(**tree);
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  };
  const auto nested = [](std::string_view open, std::string_view body, std::string_view close, int depth,
                         std::size_t bytes) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += open;
    text += repeated(body, bytes);
    for (int i = 0; i < depth; ++i) text += close;
    return text;
  };
  constexpr std::size_t size = 500'000;
  const std::string sources[] = {
      repeated("a<(b,", 900) + "c;" + repeated("a<b<c;", size),
      repeated("(a,b)<(c,d);", size),
      repeated("a<{b:c}<d;", size),
      repeated("a\n", size),
      nested("try{}catch(a){", "var a;", "}", 200, size),
      nested("(()=>{", "a;", "})()", 100, size),
      nested("class A{#x;a(){", "this.#x;", "}}", 100, size),
      repeated("{\\u0061}", size),
      repeated("\\u0061\xc2\xa0", size),
      "let a:" + repeated("a|", size) + "a",
      repeated("a?(b):c;", size),
      repeated("async(a);async<b;", size),
      repeated("a:b:c:;", size),
  };
  for (const auto& source : sources) {
    CAPTURE(source.substr(0, 30));
    CHECK(milliseconds(source) < 4'000); // 0.1 s usually, sanitised and beside other work ten times that
  }
}
