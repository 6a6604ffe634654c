#include "support.hpp"

#include <catch2/catch.hpp>

using namespace enclaved;
using namespace enclaved::engine::test;

namespace {

std::string limited(std::string_view code, std::uint64_t mebibytes) {
  script_run run(code);
  run.limits.memory_bytes = mebibytes << 20;
  const auto end = run.go();
  return end.how == outcome::ok ? end.result : end.how == outcome::memory_limit ? "MEMORY_LIMIT" : end.message;
}

} // namespace

TEST_CASE("a string is built by appends in time that grows with its length, wherever it is kept") {
  // Quadratic, the second would take a hundred times the first; it has the time for less than twenty.
  const auto time_of = [](std::string_view code) {
    const auto end = script_run(code).go();
    CHECK(end.how == outcome::ok);
    CHECK(end.result == "true");
    return end.cpu_us;
  };
  for (const std::string where :
       {"var s = ''; for (var i = 0; i < N; i++) s += '0123456789'; return s.length === N * 10",
        "var o = {s: ''}; for (var i = 0; i < N; i++) o.s += '0123456789'; return o.s.length === N * 10",
        "var s = ''; function add(x) { s += x } for (var i = 0; i < N; i++) add('0123456789'); "
        "return s.length === N * 10",
        "var s = ''; for (var i = 0; i < N; i++) s = s + ('line ' + i % 10) + '\\u00e9\\n'; "
        "return s.length === N * 8"}) {
    const auto quick = time_of("var N = 10000;" + where);
    const auto slow = time_of("var N = 100000;" + where);
    CHECK(slow < 20 * quick + 20'000);
  }
}

TEST_CASE("strings that share their beginning are strings of their own") {
  constexpr auto begin =
      "function text(n, c) { return new Array(n + 1).join(c) }\n"
      "function is(a, b) { if (a !== b) throw new Error(a.length + ' ' + b.length) }\n"
      "var base = text(400, 'a') + text(400, 'b'), b = base; var left = base + 'L', right = base + 'R';\n";
  for (const std::string_view code :
       {// Two that grow in turns from one beginning, and the beginning itself afterwards.
        "for (var i = 0; i < 300; i++) { left += i % 10; right += 9 - i % 10 }\n"
        "is(left.length, 1101); is(right.length, 1101); is(left.slice(0, 800), base); is(right.slice(0, 800), base);\n"
        "is(left[800], 'L'); is(right[800], 'R'); is(left.slice(801, 811), '0123456789'); is(right.slice(801, 806), "
        "'98765');",
        // The same text made twice is the same string, and a property's name.
        "var again = text(400, 'a') + text(400, 'b'); is(again, base); var o = {}; o[left] = 1; o[base + 'L'] += 1; "
        "is(o[left], 2);\n"
        "is(Object.keys(o)[0], left); is([text(400, 'a'), text(400, 'b'), 'L'].join(''), left);",
        // Appended to itself, by itself, and by nothing.
        "is(base + base, text(1, base) + base); var s = base; for (var i = 0; i < 5; i++) s += s; is(s.length, 25600); "
        "is(s.slice(-800), base);\n"
        "is(s + '', s); is('' + s, s); is(s + 0, s + '0');",
        // An older one is read after a newer one was made: as number, as JSON, as source, by search.
        "var n = '1'; for (var i = 0; i < 600; i++) n += '0'; var older = n; n += '7'; n += 'x'; is(Number(older), "
        "Infinity); is(Number(n) !== Number(n), true);\n"
        "var z = text(600, '0') + '5'; var y = z + '7'; y += '8'; is(Number(z), 5); is(parseInt(z, 10), 5); "
        "is(parseFloat(z), 5); is(+y, 578);\n"
        "var j = '[' + text(600, ' ') + '1'; var k = j + ',2'; k += ']'; is(JSON.parse(k).length, 2); var bad = 0;\n"
        "try { JSON.parse(j) } catch (e) { bad = 1 } is(bad, 1); is(JSON.parse(k.slice(0, 602) + ']')[0], 1);\n"
        "bad = 0; try { JSON.parse(j + ']]') } catch (e) { bad = 1 } is(bad, 1);\n"
        "is(base.indexOf('L'), -1); is(left.indexOf('L'), 800); is(left.lastIndexOf('b'), 799); is(/L/.test(base), "
        "false); is(/L$/.test(left), true);\n"
        "is(base.split('b').length, 401); is(base.replace(/b/g, '').length, 400); is(base.toUpperCase() + 'L', "
        "left.toUpperCase());",
        // Not ASCII.
        "var e = text(300, '\\u00e9'); var f = e + '\\ud83d\\ude00'; f += 'z'; e += 'q'; is(e.length, 301); "
        "is(f.length, 303); is(f.charCodeAt(300), 0xd83d);\n"
        "is(f[302], 'z'); is(e[300], 'q'); is(e.charCodeAt(299), 0xe9); is(encodeURIComponent(f).slice(-13), "
        "'%F0%9F%98%80z');",
        // Compared and ordered.
        "is(left < right, true); is(base < left, true); is(left === base + 'L', true); is(left == base, false); "
        "is([right, left, base].sort()[0], base);",
        // In front.
        "var p = ''; for (var i = 0; i < 300; i++) p = 'xyz' + i + p; is(p.slice(0, 6), 'xyz299'); is(p.slice(-4), "
        "'xyz0'); is(p.length, 1690);"}) {
    INFO(code);
    CHECK(result_of(std::string(begin) + std::string(code) + "\nreturn 'fine'") == R"("fine")");
  }
}

TEST_CASE("a string that grows across an await, parked or not, is whole") {
  for (const auto how : {between_turns::stay, between_turns::park}) {
    script_run run("var s = '', o = {t: ''}; for (var i = 0; i < 30; i++) {\n"
                   "  for (var j = 0; j < 50; j++) { s += 'piece ' + j; o.t += j % 10 }\n"
                   "  await(callTool('t', {})); s += '|'; o.t += '|' }\n"
                   "return [s.length, s.split('|').length, o.t.length, o.t.slice(-51)].join()");
    run.how = how;
    CHECK(run.go().result == R"("11730,31,1530,01234567890123456789012345678901234567890123456789|")");
  }
}

TEST_CASE("room for a string to grow counts as memory and comes back") {
  CHECK(limited("var s = 'x'; for (;;) s += '0123456789012345678901234567890123456789'", 16) == "MEMORY_LIMIT");
  CHECK(limited("var all = []; for (;;) { var s = ''; for (var i = 0; i < 100; i++) s += 'twenty bytes of text'; "
                "all.push(s + all.length) }",
                16) == "MEMORY_LIMIT");
  CHECK(limited("for (var n = 0; n < 300; n++) { var s = ''; for (var i = 0; i < 5000; i++) s += 'twenty bytes of "
                "text' } return s.length",
                16) == "100000");
  CHECK(limited("var s = ''; for (var i = 0; i < 100000; i++) s += 'twenty bytes of text'; return s.length", 16) ==
        "2000000");
}
