#include "../support.hpp"

#include <catch2/catch.hpp>

using namespace enclaved::engine::test;

TEST_CASE("URLs are parsed, resolved and changed as the URL Standard says") {
  CHECK(result_of("return new URL('https://u:p@Example.COM:443/a/b/../c?x=1#f').href") ==
        R"("https://u:p@example.com/a/c?x=1#f")");
  CHECK(result_of("return ['../x', '//h/y', '?q', '#z', '/p'].map(function (t) { return new URL(t, "
                  "'http://a/b/c?d').href })") ==
        R"(["http://a/x","http://h/y","http://a/b/c?q","http://a/b/c?d#z","http://a/p"])");
  CHECK(result_of("return ['http://münchen.de/', 'http://0x7f.1/', 'http://[1:0::0:1]/'].map(function (t) { return new "
                  "URL(t).host })") == R"(["xn--mnchen-3ya.de","127.0.0.1","[1::1]"])");
  CHECK(
      result_of("var u = new URL('http://a/'); u.searchParams.append('q', 'x y'); u.hash = 'h'; u.port = '81'; return "
                "String(u)") == R"("http://a:81/?q=x+y#h")");
  CHECK(result_of("new URL('nothing')") == "SCRIPT_ERROR: TypeError: Invalid URL");
  CHECK(result_of("return new URLSearchParams('a=1&b=%20&a=2').getAll('a')") == R"(["1","2"])");
}

TEST_CASE("text and bytes are turned into one another") {
  CHECK(result_of("return new TextEncoder().encode('aé€😀')") == "<61c3a9e282acf09f9880>");
  CHECK(result_of("return new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x41, 0xff, 0xc3]))") ==
        "\"A\xef\xbf\xbd\xef\xbf\xbd\"");
  CHECK(
      result_of("var d = new TextDecoder(), s = ''; [0xf0, 0x9f, 0x98, 0x80].forEach(function (b) { s += d.decode(new "
                "Uint8Array([b]), {stream: true}) }); return s") == "\"😀\"");
  CHECK(result_of("return [btoa('hello'), atob('aGVsbG8')]") == R"(["aGVsbG8=","hello"])");
  CHECK(result_of("try { btoa('€') } catch (e) { return [e.name, e instanceof Error] }") ==
        R"(["InvalidCharacterError",true])");
}

TEST_CASE("values are copied with what they refer to, cycles included") {
  CHECK(result_of(
            "var a = {d: new Date(5), m: new Map([[1, {x: 2}]]), l: [1, , 3]}; a.self = a; var b = "
            "structuredClone(a); return [b !== a, b.self === b, b.d.getTime(), b.m.get(1).x, 1 in b.l, b.l.length]") ==
        "[true,true,5,2,false,3]");
  CHECK(result_of("try { structuredClone({f: print}) } catch (e) { return e.name }") == R"("DataCloneError")");
}

TEST_CASE("random values come from the execution's seed") {
  const auto draw = [](std::uint64_t seed) {
    script_run run("return [crypto.randomUUID(), crypto.getRandomValues(new Uint8Array(4))]");
    run.seed = seed;
    return run.go().result;
  };
  CHECK(draw(1) == draw(1));
  CHECK(draw(1) != draw(2));
  CHECK(result_of("crypto.getRandomValues(new Float64Array(1))").starts_with("SCRIPT_ERROR: TypeError"));
}

TEST_CASE("what is missing says so, and can be asked for") {
  CHECK(result_of("return [typeof Intl, typeof BigInt]") == R"(["undefined","undefined"])");
  CHECK(result_of("BigInt(5)").find("BigInt is not defined: there is none here") != std::string::npos);
  CHECK(result_of("Intl.NumberFormat").find("Intl is not defined") != std::string::npos);
}
