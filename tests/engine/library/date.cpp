#include "../support.hpp"

#include <catch2/catch.hpp>

using namespace enclaved::engine::test;

namespace {

std::string parsed(std::string_view text) {
  return result_of("var d = new Date('" + std::string(text) + "'); return isNaN(d) ? 'invalid' : d.toISOString()");
}

} // namespace

TEST_CASE("dates are read in the forms that people and programs write") {
  for (const char* text : {"2024-01-15", "2024-01-15T00:00", "2024-01-15T01:00:00+01:00", "2024/1/15", "1/15/2024",
                           "Jan 15, 2024", "January 15, 2024", "15 Jan 2024", "Mon, 15 Jan 2024 00:00:00 GMT",
                           "Mon Jan 15 2024 00:00:00 GMT+0000 (Coordinated Universal Time)", "1/15/24",
                           "Jan 15, 2024 12:00 AM", "2024-01-15 00:00:00", "Jan 14 2024 19:00 EST"})
    CHECK(parsed(text) == R"("2024-01-15T00:00:00.000Z")");
  CHECK(parsed("2024-06-01T12:30:45.123456Z") == R"("2024-06-01T12:30:45.123Z")");
  CHECK(parsed("+275760-09-13T00:00:00.000Z") == R"("+275760-09-13T00:00:00.000Z")");
  for (const char* text : {"", "tomorrow", "2024-13-01", "hello 15", "+275760-09-13T00:00:00.001Z", "2024-01-15T25:00"})
    CHECK(parsed(text) == R"("invalid")");
}

TEST_CASE("dates are written as in the United States, in UTC") {
  const std::string at = "var d = new Date(Date.UTC(2024, 0, 5, 15, 4, 9, 7)); return ";
  CHECK(result_of(at + "[String(d), d.toDateString(), d.toUTCString(), d.toLocaleString(), d + 1]") ==
        R"x(["Fri Jan 05 2024 15:04:09 GMT+0000 (Coordinated Universal Time)","Fri Jan 05 2024",)x"
        R"x("Fri, 05 Jan 2024 15:04:09 GMT","1/5/2024, 3:04:09 PM",)x"
        R"x("Fri Jan 05 2024 15:04:09 GMT+0000 (Coordinated Universal Time)1"])x");
  CHECK(result_of(
            at +
            "[d.toLocaleDateString('en-US', {weekday: 'long', year: 'numeric', month: 'long', day: 'numeric'}), "
            "d.toLocaleDateString('en-US', {month: 'short', day: '2-digit'}), d.toLocaleTimeString('en-US', {hour: "
            "'2-digit', minute: '2-digit', hour12: false}), d.toLocaleDateString(undefined, {dateStyle: 'medium'})]") ==
        R"(["Friday, January 5, 2024","Jan 05","15:04","Jan 5, 2024"])");
  CHECK(result_of("return [String(new Date(NaN)), new Date(NaN).toLocaleString(), typeof Date()]") ==
        R"(["Invalid Date","Invalid Date","string"])");
  CHECK(result_of("new Date().toLocaleString('en', {timeZone: 'Europe/Berlin'})")
            .starts_with("SCRIPT_ERROR: RangeError"));
  CHECK(result_of("new Date(NaN).toISOString()") == "SCRIPT_ERROR: RangeError: Invalid time value");
  CHECK(result_of("var d = new Date(1234); d.toString = null; return [new Date(d).getTime(), JSON.stringify(d)]") ==
        R"([1234,""1970-01-01T00:00:01.234Z""])");
  CHECK(result_of("return [typeof (new Date(5))[Symbol.toPrimitive]('number'), new Date(5) - 1]") == R"(["number",4])");
}
