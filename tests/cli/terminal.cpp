#include "cli/terminal.hpp"

#include <catch2/catch.hpp>

using namespace enclaved::cli;

TEST_CASE("text of a script keeps its lines and tabs and loses what a terminal would act upon") {
  CHECK(printable("a\n\tb\n") == "a\n\tb\n");
  CHECK(printable("a\rb\x1b]0;title\x07") == "a\\rb\\x1b]0;title\\x07");
  CHECK(printable("").empty());
}

TEST_CASE("a table's columns are as wide as their content, counted in characters") {
  CHECK(table({{"NAME", "N"}, {"größe", "1"}, {"x", "22"}}) == "NAME   N\ngröße  1\nx      22\n");
  CHECK(table({}).empty());
}

TEST_CASE("durations are told in the two largest units") {
  CHECK(duration_text(0) == "0 ms");
  CHECK(duration_text(999) == "999 ms");
  CHECK(duration_text(59'000) == "59 s");
  CHECK(duration_text(61'000) == "1 min 1 s");
  CHECK(duration_text(3'660'000) == "1 h 1 min");
  CHECK(duration_text(90'000'000) == "1 d 1 h");
}
