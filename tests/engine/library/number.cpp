#include "../support.hpp"

#include <catch2/catch.hpp>

using namespace enclaved::engine::test;

TEST_CASE("numbers become text as the specification says") {
  CHECK(
      result_of("return [String(0.1 + 0.2), String(1e21), String(1e-7), String(-0), String(123456789012345680000)]") ==
      R"(["0.30000000000000004","1e+21","1e-7","0","123456789012345680000"])");
  CHECK(result_of("return [(1.005).toFixed(2), (2.5).toFixed(0), (-1.5).toFixed(0), (1e21).toFixed(2), "
                  "(0.000001).toFixed(7), (0).toFixed(2), (-0.0000001).toFixed(2)]") ==
        R"(["1.00","3","-2","1e+21","0.0000010","0.00","-0.00"])");
  CHECK(
      result_of("return [(123456).toExponential(2), (0).toExponential(), (1.25).toExponential(1), "
                "(123.456).toPrecision(4), (0.00001).toPrecision(1), (1e21).toPrecision(3), (99.99).toPrecision(3)]") ==
      R"(["1.23e+5","0e+0","1.3e+0","123.5","0.00001","1.00e+21","100"])");
  CHECK(result_of("return [(255).toString(16), (0.5).toString(2), (-255.5).toString(36), (1e21).toString(36)]") ==
        R"(["ff","0.1","-73.i","5v1j4f4ds7c000"])");
  CHECK(result_of("(1).toFixed(101)").starts_with("SCRIPT_ERROR: RangeError"));
  CHECK(result_of("(1).toString(1)").starts_with("SCRIPT_ERROR: RangeError"));
}

TEST_CASE("numbers are shown to people as in the United States") {
  CHECK(result_of("return [(1234567.891).toLocaleString(), (-1234.5).toLocaleString('de'), (1e21).toLocaleString(), "
                  "NaN.toLocaleString(), (1.005).toLocaleString(undefined, {maximumFractionDigits: 2})]") ==
        R"(["1,234,567.891","-1,234.5","1,000,000,000,000,000,000,000","NaN","1.01"])");
  CHECK(result_of("return [(1234.5).toLocaleString('en-US', {style: 'currency', currency: 'USD'}), "
                  "(0.256).toLocaleString('en-US', {style: 'percent'}), "
                  "(5).toLocaleString('en-US', {minimumFractionDigits: 2}), "
                  "(1234).toLocaleString('en-US', {useGrouping: false})]") == R"(["$1,234.50","26%","5.00","1234"])");
}

TEST_CASE("texts become numbers, the nearest there is") {
  CHECK(
      result_of("return [Number('0.1'), Number(' 12 '), Number('0x1f'), Number('0b101'), Number(''), Number('1e400'), "
                "Number('-1e-400'), Number('.5'), Number('9007199254740993'), Number('1_0')]") ==
      "[0.10000000000000001f,12,31,5,0,Infinity,0,0.5f,9007199254740992,NaN]");
}

TEST_CASE("Math has every function of ES2023") {
  CHECK(result_of("return [Math.hypot(3, 4), Math.cbrt(27), Math.log1p(0), Math.fround(5.5), Math.clz32(1), "
                  "Math.imul(3, -2), Math.sign(-3), Math.trunc(-1.5), Math.hypot(NaN, Infinity)]") ==
        "[5,3,0,5.5f,31,-6,-1,-1,Infinity]");
  CHECK(result_of("return ['log1p', 'expm1', 'sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh', 'log2', 'log10']"
                  ".every(function (name) { return typeof Math[name](0.5) === 'number' })") == "true");
}
