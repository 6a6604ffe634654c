// Scripts that mean harm, by class, and how each must end: by itself, with its code, soon enough, within its memory,
// and with a clean heap for the next.
#include "support.hpp"

#include <catch2/catch.hpp>

using namespace enclaved;
using namespace enclaved::engine::test;

namespace {

constexpr std::uint64_t short_ms = 100;    ///< for what never ends
constexpr std::uint64_t ample_ms = 60'000; ///< for what ends by itself, in slow builds as well
#if defined(__SANITIZE_ADDRESS__)
constexpr std::uint64_t grace_ms = 2'000;
#else
constexpr std::uint64_t grace_ms = 150;
#endif

struct attack {
  const char* name;
  const char* code;
};

outcome_of under_attack(const attack& it, std::uint64_t timeout_ms) {
  constexpr std::uint64_t memory_bytes = 64 * bounds::mib;
  script_run run(it.code);
  run.limits.timeout_ms = run.limits.cpu_ms = timeout_ms;
  run.limits.memory_bytes = memory_bytes;
  const auto end = run.go();
  INFO(it.name << ": " << row(end.how).name << " " << end.message << " " << end.result << " after " << end.run_us
               << " us");
  CHECK(end.cpu_us <= (timeout_ms + grace_ms) * 1'000); // what a busy machine makes it wait is not its doing
  CHECK(end.peak_bytes <= memory_bytes);
  CHECK(result_of("return [1, 'a'].concat(Object.keys({b: 2}))") == R"([1,"a","b"])");
  return end;
}

} // namespace

TEST_CASE("a script that takes too long ends with TIMEOUT wherever it spends its time") {
  const attack attacks[] = {
      {"plain loop", "while (1) {}"},
      {"empty for", "for (;;);"},
      {"loop in try and catch", "while (1) { try { while (1) {} } catch (e) {} }"},
      {"loop in finally", "function f() { try { return 1 } finally { while (1) {} } } f()"},
      {"finally around finally", "function f() { try { f2() } finally { for (;;) { try { x } catch (e) {} finally { "
                                 "continue } } } } function f2() { throw 1 } f()"},
      {"getter", "var o = { get x() { while (1) {} } }; o.x"},
      {"getter of the result", "return { get x() { while (1) {} } }"},
      {"toJSON of the result", "return { toJSON: function () { while (1) {} } }"},
      {"toJSON of a tool's arguments", "callTool('x', { toJSON: function () { while (1) {} } })"},
      {"proxy trap", "var p = new Proxy({}, { get: function () { while (1) {} } }); p.x"},
      {"proxy in the result", "return new Proxy({}, { ownKeys: function () { while (1) {} } })"},
      {"endless proxy chain",
       "var p = new Proxy({}, { get: function (t, k) { return p[k + 'x'] } }); while (1) { try { p.x } catch (e) {} }"},
      {"valueOf", "+{ valueOf: function () { while (1) {} } }"},
      {"toString", "'' + { toString: function () { while (1) {} } }"},
      {"toString of what is thrown",
       "throw { toString: function () { while (1) {} }, get message() { while (1) {} } }"},
      {"message of the error thrown",
       "var e = new Error('x'); Object.defineProperty(e, 'message', { get: function () { while (1) {} } }); throw e"},
      {"comparator", "[3, 2, 1].sort(function () { while (1) {} })"},
      {"inconsistent comparator", "var a = []; for (var i = 0; i < 1e5; i++) a.push(i); while (1) a.sort(function () { "
                                  "return Math.random() - 0.5 })"},
      {"comparator that changes the array",
       "var a = [5, 4, 3, 2, 1]; while (1) a.sort(function () { a.length = 0; a[1000] = 1; return 1 })"},
      {"replacer", "'aaaa'.replace(/a/g, function () { while (1) {} })"},
      {"JSON reviver", "JSON.parse('[1]', function () { while (1) {} })"},
      {"JSON replacer", "JSON.stringify([1], function () { while (1) {} })"},
      {"forEach", "[1].forEach(function () { while (1) {} })"},
      {"promise callback", "return Promise.resolve(1).then(function () { while (1) {} })"},
      {"promise executor", "new Promise(function () { while (1) {} })"},
      {"endless microtasks", "function f() { queueMicrotask(f) } f()"},
      {"endless promise chain", "function f() { return Promise.resolve().then(f) } return f()"},
      {"thenable that resolves to itself", "return { then: function (f) { f(this) } }"},
      {"awaiting in a loop", "while (1) await(1)"},
      {"regular expression", "/(a|a|b)*[cC]/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')"},
      {"regular expression in a try loop",
       "while (1) { try { /(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab') } catch (e) {} }"},
      {"regular expression by replace",
       "var s = new Array(30000).join('a'); while (1) { try { s.replace(/(a|aa)+$/g, 'b') } catch (e) {} }"},
      {"regular expression alternation", "while (1) { try { /(x+x+)+y/.exec(new Array(40).join('x')) } catch (e) {} }"},
      {"regular expression backreference",
       "while (1) { try { /(a*)\\1*b/.exec(new Array(3000).join('a')) } catch (e) {} }"},
      {"regular expression compile bomb",
       "while (1) { try { new RegExp('((((a{1,50}){1,50}){1,50}){1,50})').test('a') } catch (e) {} }"},
      {"sparse forEach", "var a = []; a.length = 4294967295; a.forEach(function () {})"},
      {"sparse map", "var a = []; a.length = 4294967295; while (1) { try { a.map(function () {}) } catch (e) {} }"},
      {"sparse indexOf", "var a = []; a.length = 2147483647; a.indexOf(1)"},
      {"sparse lastIndexOf", "var a = []; a.length = 2147483647; a.lastIndexOf(1)"},
      {"sparse reverse", "var a = [1]; a.length = 4294967295; a.reverse()"},
      {"sparse sort", "var a = [1]; a.length = 4294967295; a.sort()"},
      {"sparse reduce", "var a = [1]; a.length = 4294967295; a.reduce(function (x) { return x })"},
      {"sparse join", "var a = {length: 4294967295}; while (1) { try { Array.prototype.join.call(a) } catch (e) {} }"},
      {"sparse slice", "var a = {length: 2147483647}; Array.prototype.slice.call(a)"},
      {"sparse splice", "var a = {length: 2147483647}; Array.prototype.splice.call(a, 0, 1)"},
      {"sparse unshift", "var a = {length: 4294967290}; Array.prototype.unshift.call(a, 0)"},
      {"sparse shift", "var a = {length: 4294967290}; Array.prototype.shift.call(a)"},
      {"sparse every and some", "var a = {length: 4294967290}; Array.prototype.every.call(a, function () { return true "
                                "}); Array.prototype.some.call(a, function () { return false })"},
      {"sparse filter", "Array.prototype.filter.call({length: 4294967290}, function () {})"},
      {"shift in a loop", "var a = []; for (var i = 0; i < 50000; i++) a.push(i); while (1) { a.push(a.shift()) }"},
      {"splice in a loop",
       "var a = []; for (var i = 0; i < 50000; i++) a.push(i); while (1) { a.splice(0, 1); a.push(1) }"},
      {"indexOf on long text", "var s = new Array(1000000).join('ab'); while (1) s.indexOf('aba' + 'c')"},
      {"quadratic indexOf",
       "var s = new Array(200000).join('a'), t = new Array(100000).join('a') + 'b'; while (1) s.indexOf(t)"},
      {"lastIndexOf",
       "var s = new Array(200000).join('a'), t = new Array(100000).join('a') + 'b'; while (1) s.lastIndexOf(t)"},
      {"quadratic split",
       "var s = new Array(200000).join('a'), t = new Array(100000).join('a') + 'b'; while (1) s.split(t)"},
      {"quadratic replace",
       "var s = new Array(200000).join('a'), t = new Array(100000).join('a') + 'b'; while (1) s.replace(t, '')"},
      {"index scans of text that is not ASCII", "var s = new Array(1000000).join('\\u00e9'); for (var i = 0, n = 0; ; "
                                                "i = (i + 499979) % 999999) n += s.charCodeAt(i)"},
      {"text growing by appends", "var s = ''; while (1) { s += 'x\\u00e9' }"},
      {"toLowerCase", "var s = new Array(1000000).join('\\u0130'); while (1) s.toLowerCase()"},
      {"toUpperCase", "var s = new Array(1000000).join('\\u00df'); while (1) s.toUpperCase()"},
      {"trim", "var s = new Array(1000000).join(' '); while (1) s.trim()"},
      {"localeCompare", "var s = new Array(1000000).join('a'), t = s + 'b'; while (1) s.localeCompare(t)"},
      {"encodeURIComponent", "var s = new Array(500000).join('\\u00e9'); while (1) encodeURIComponent(s)"},
      {"decodeURIComponent", "var s = new Array(100000).join('%C3%A9'); while (1) decodeURIComponent(s)"},
      {"escape", "var s = new Array(500000).join('\\u00e9'); while (1) escape(s)"},
      {"number formatting", "while (1) (1.7976931348623157e308 * Math.random()).toString(7)"},
      {"toFixed", "while (1) (1e20 * Math.random()).toFixed(20)"},
      {"parseFloat", "var s = new Array(100000).join('9'); while (1) parseFloat(s)"},
      {"typed array set", "var a = new Float64Array(1000000), b = new Uint8Array(1000000); while (1) a.set(b)"},
      {"typed array from a sparse array", "while (1) { try { new Uint8Array({length: 30000000}) } catch (e) {} }"},
      {"typed array copied at once",
       "var a = new Uint8Array(20000000), b = new Uint8Array(20000000); while (1) a.set(b)"},
      {"comparing long beginnings", "var s = 'x'.repeat(10000000); while (1) s.startsWith(s) && s.endsWith(s)"},
      {"ordering long texts", "var s = 'x'.repeat(10000000), t = s + 'y'; while (1) s < t"},
      {"apply", "while (1) Math.max.apply(null, new Array(10000))"},
      {"reduce with a native",
       "var a = new Array(1000000); for (var i = 0; i < 1000; i++) a[i] = i; while (1) a.reduce(Math.max)"},
      {"bind chain", "var f = function () {}; for (var i = 0; ; i++) f = f.bind(null)"},
      {"calls through a bind chain",
       "var f = function () {}; for (var i = 0; i < 500; i++) f = f.bind(null); while (1) f()"},
      {"prototype chain", "var o = {}; for (var i = 0; i < 9000; i++) o = Object.create(o); while (1) o.missing"},
      {"prototype chain by in",
       "var o = {}; for (var i = 0; i < 9000; i++) o = Object.create(o); while (1) 'missing' in o"},
      {"prototype chain by instanceof",
       "var o = {}; for (var i = 0; i < 9000; i++) o = Object.create(o); function F() {} while (1) o instanceof F"},
      {"prototype chain by put",
       "var o = {}; for (var i = 0; i < 9000; i++) o = Object.create(o); while (1) { o.x = 1; delete o.x }"},
      {"JSON.parse", "var s = '[' + new Array(200000).join('1,') + '1]'; while (1) JSON.parse(s)"},
      {"JSON.stringify",
       "var a = []; for (var i = 0; i < 100000; i++) a.push('x\\u00e9'); while (1) JSON.stringify(a)"},
      {"JSON.parse of blanks", "var s = new Array(2000000).join(' ') + '1'; while (1) JSON.parse(s)"},
      {"Object.keys", "var o = {}; for (var i = 0; i < 50000; i++) o['k' + i] = 1; while (1) Object.keys(o)"},
      {"for in", "var o = {}; for (var i = 0; i < 50000; i++) o['k' + i] = 1; while (1) for (var k in o) k"},
      {"Object.defineProperties", "var o = {}; for (var i = 0; i < 20000; i++) o['k' + i] = { value: 1, configurable: "
                                  "true }; while (1) Object.defineProperties({}, o)"},
      {"Object.freeze", "while (1) { var o = []; for (var i = 0; i < 1000; i++) o[i] = 1; Object.freeze(o) }"},
      {"eval", "while (1) try { eval('1 + 1') } catch (e) {}"},
      {"new Function", "while (1) try { new Function('return 1')() } catch (e) {}"},
      {"Date parsing", "while (1) new Date('2024-01-01T00:00:00Z').toISOString()"},
      {"collection in a loop",
       "var keep = []; for (var i = 0; i < 20000; i++) keep.push({}); while (1) { var a = {}; a.a = a; }"},
      {"console.log of something slow", "console.log({ get x() { while (1) {} } })"},
      {"concat", "var a = new Array(100000).join('x').split(''); while (1) a.concat(a)"},
      {"string compare", "var s = new Array(1000000).join('a'), t = s.slice(0, -1) + 'b'; while (1) s < t"},
      {"substring", "var s = new Array(1000000).join('ab'); for (var i = 0; ; i = (i + 1) % 1000) s.substring(i)"},
      {"search", "var s = new Array(100000).join('ab'); while (1) s.search(/abc/)"},
      {"match", "var s = new Array(100000).join('ab'); while (1) s.match(/a/g)"},
      {"deep brackets", "while (1) { try { eval(new Array(100000).join('[')) } catch (e) {} }"},
      {"arguments", "function f() { return arguments.length } while (1) f.apply(null, new Array(5000))"},
      {"Math.random", "while (1) Math.random()"},
      {"fill of a buffer", "while (1) new Uint8Array(10000000)"},
      {"string repeat by join", "while (1) new Array(1000000).join('ab')"},
  };
  for (const auto& it : attacks) {
    const auto end = under_attack(it, short_ms);
    INFO(it.name << ": " << end.message << " " << end.result);
    CHECK(row(end.how).name == row(outcome::timeout).name);
  }
}

TEST_CASE("a script that takes too much memory ends with MEMORY_LIMIT and never had more") {
  const attack attacks[] = {
      {"objects", "var a = []; while (1) a.push({ x: [1, 2, 3] })"},
      {"objects, caught and tried again", "var a = []; while (1) { try { while (1) a.push({ x: 1 }) } catch (e) {} }"},
      {"text that doubles", "var s = 'x'; while (1) s += s"},
      {"text that doubles, caught", "var s = 'x'; while (1) { try { s += s } catch (e) {} }"},
      {"join", "new Array(100000000).join('xxxxxxxxxx')"},
      {"array that doubles", "var a = [1]; while (1) a = a.concat(a)"},
      {"one buffer", "new Uint8Array(1000000000)"},
      {"buffers", "var a = []; while (1) a.push(new Uint8Array(1000000))"},
      {"buffers, caught", "var a = []; while (1) { try { a.push(new Uint8Array(1000000)) } catch (e) {} }"},
      {"closures", "var f; while (1) { f = (function (g) { return function () { return g } })(f) }"},
      {"distinct texts", "var a = [], s = new Array(10000).join('x'); while (1) a.push(s + a.length)"},
      {"object with many keys", "var o = {}; for (var i = 0; ; i++) o['key' + i + new Array(100).join('x')] = i"},
      {"linked list", "var o = null; while (1) o = { next: o, pad: [1, 2, 3, 4, 5, 6, 7, 8] }"},
      {"errors", "var a = [], s = new Array(500).join('x'); while (1) a.push(new Error(s + a.length))"},
      {"promises", "var p = Promise.resolve(); while (1) p = p.then(function () {})"},
      {"large apply", "var a = new Array(3000000); for (var i = 0; i < 3000000; i++) a[i] = i; "
                      "String.fromCharCode.apply(null, a.concat(a, a))"},
      {"JSON.stringify of what is large",
       "var s = new Array(3000000).join('\\u0001'), a = [s, s, s, s]; JSON.stringify(a)"},
  };
  for (const auto& it : attacks) {
    script_run run(it.code);
    run.limits.memory_bytes = 16 * bounds::mib;
    run.limits.timeout_ms = run.limits.cpu_ms = ample_ms;
    const auto end = run.go();
    INFO(it.name << ": " << end.message << " " << end.result << " after " << end.run_us << " us, peak "
                 << end.peak_bytes);
    CHECK(row(end.how).name == row(outcome::memory_limit).name);
    CHECK(end.peak_bytes <= 16 * bounds::mib);
    CHECK(end.message == "needed more memory than memory_bytes = 16777216; raise limits.memory_bytes");
    CHECK(result_of("return 1") == "1");
  }
}

TEST_CASE("recursion without end is an error that a script can catch, and STACK_LIMIT when it does not") {
  const attack attacks[] = {
      {"function", "function f() { return f() + 1 } f()"},
      {"two functions", "function f() { return g() + 1 } function g() { return f() + 1 } f()"},
      {"getter", "var o = { get x() { return this.x } }; o.x"},
      {"toString", "var o = { toString: function () { return '' + o } }; '' + o"},
      {"valueOf", "var o = { valueOf: function () { return +o } }; +o"},
      {"proxy", "var p = new Proxy({}, { get: function () { return p.x } }); p.x"},
      {"apply", "function f() { return f.apply(this, arguments) + 1 } f()"},
      {"forEach", "function f() { [1].forEach(f) } f()"},
      {"sort", "function f() { [2, 1].sort(f) } f()"},
      {"replace", "function f() { 'a'.replace(/a/, f) } f()"},
      {"JSON.stringify", "function f() { JSON.stringify({ toJSON: f }) } f()"},
      {"JSON reviver", "function f() { JSON.parse('1', f) } f()"},
      {"new", "function F() { new F() } new F()"},
      {"promise executor", "function f() { var failed; new Promise(function () { try { f() } catch (e) { failed = e } "
                           "}); throw failed } f()"},
      {"callTool by toJSON", "function f() { callTool('x', { toJSON: f }) } f()"},
      {"console.log", "function f() { console.log({ get x() { f() } }); f() } f()"},
  };
  for (const auto& it : attacks) {
    const auto end = under_attack(it, ample_ms);
    INFO(it.name << ": " << row(end.how).name << " " << end.message << " " << end.result);
    CHECK((end.how == outcome::stack_limit || end.how == outcome::output_limit));
    const auto caught = std::string("try { ") + it.code + " } catch (e) { return e instanceof RangeError }";
    const auto value = under_attack({it.name, caught.c_str()}, ample_ms);
    CHECK((value.result == "true" || value.how == outcome::output_limit));
  }
}

TEST_CASE("what nests too deep for the parser, for JSON or for a regular expression is an error of the script") {
  const attack attacks[] = {
      {"brackets", "eval(new Array(100000).join('['))"},
      {"parentheses", "eval(new Array(100000).join('('))"},
      {"functions", "eval(new Array(10000).join('function f(){'))"},
      {"unary", "eval(new Array(100000).join('-'))"},
      {"JSON.parse", "JSON.parse(new Array(100000).join('['))"},
      {"JSON.stringify", "var a = []; for (var i = 0; i < 100000; i++) a = [a]; JSON.stringify(a)"},
      {"regular expression groups", "new RegExp(new Array(100000).join('('))"},
      {"regular expression that matches nothing again and again",
       "/(a*)*b/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')"},
      {"regular expression recursion", "/(?:a|b)*c/.test(new Array(100000).join('ab'))"},
  };
  for (const auto& it : attacks) {
    const auto end = under_attack(it, ample_ms);
    INFO(it.name << ": " << row(end.how).name << " " << end.message);
    CHECK((end.how == outcome::script_error || end.how == outcome::stack_limit || end.how == outcome::ok));
  }
}

TEST_CASE("nothing that a script can reach leads out or keeps a grip on the engine") {
  const attack attacks[] = {
      {"constructor chain", "try { return typeof (function () {}).constructor.constructor('return this')().Duktape } "
                            "catch (e) { return e.name }"},
      {"globals", "return [typeof Duktape, typeof CBOR, typeof performance, typeof Buffer].join()"},
      {"raw strings", "return [typeof String.fromBufferRaw, typeof Uint8Array.allocPlain, typeof Uint8Array.plainOf, "
                      "typeof ArrayBuffer.allocPlain].join()"},
      {"buffer constructor", "return typeof new Uint8Array(1).constructor.allocPlain"},
      {"bytecode as source", "try { new Function(String.fromCharCode(0xbf) + 'x') } catch (e) { return e.name }"},
      {"internal key", "var d = new Date(5); d['\\xffValue'] = 9; d['\\x82Value'] = 9; return d.getTime()"},
      {"internal key of a promise",
       "var p = Promise.resolve(1); return [p['\\xffpromise'], Object.getOwnPropertyNames(p).length, "
       "Object.getOwnPropertySymbols(p).length].join()"},
      {"caller", "function f() { return f.caller } try { return f() } catch (e) { return 'no' }"},
      {"finalizer by name", "return typeof Object.prototype.fin"},
      {"frames of natives", "try { null.x } catch (e) { return /native|0x|duk|\\.c:/.test(e.stack) }"},
      {"polluted prototype", "Object.prototype.get = function () {}; Object.prototype.then = 5; Array.prototype[0] = "
                             "7; return Promise.all([1, 2])"},
      {"setter on Object.prototype",
       "var seen = []; ['state', 'run', 'first', 'next', 'a', 'toJSON', 'unhandled', 'value'].forEach(function (k) { "
       "Object.defineProperty(Object.prototype, k, { set: function (v) { seen.push(v) }, get: function () { return "
       "undefined }, configurable: true }) }); await(callTool('x', 1)); return seen.length"},
      {"setter on Array.prototype",
       "var seen = 0; Object.defineProperty(Array.prototype, '1', { set: function () { seen++ }, configurable: true "
       "}); var r = await(callTool('x', [1, 2])); return [seen, r.length]"},
      {"replaced helpers", "Object.defineProperty = Object.keys = Array.isArray = JSON.stringify = "
                           "Promise.prototype.then = null; TypeError = Error = null; return await(callTool('x', 3))"},
      {"fake promise", "var r = await({ then: function (f) { f(4) } }); return r"},
      {"subclass of a promise", "var p = Object.create(Promise.resolve(5)); return 'ok'"},
      {"thread by async", "try { return typeof (async function () {}).constructor('') } catch (e) { return e.name }"},
      {"buffer out of bounds", "var b = new Uint8Array(4); b[4] = 1; b[-1] = 1; b[1e9] = 1; return [b[4], new "
                               "DataView(b.buffer).byteLength].length"},
      {"subarray out of bounds", "try { new Uint8Array(new ArrayBuffer(8), 4, 8) } catch (e) { return e.name }"},
      {"stack of a forged error",
       "var e = new Error('x'); e.message = { toString: function () { return 'y' } }; return typeof e.stack"},
      {"getter on a function's file name", "Object.defineProperty(Function.prototype, 'fileName', { get: function () { "
                                           "throw 1 } }); return typeof new Error('x').stack"},
  };
  for (const auto& it : attacks) {
    const auto end = under_attack(it, ample_ms);
    INFO(it.name << ": " << row(end.how).name << " " << end.message << " " << end.result);
    CHECK(end.how == outcome::ok);
  }
  CHECK(result_of(attacks[0].code) == R"("EvalError")");
  CHECK(result_of(attacks[1].code) == R"("undefined,undefined,undefined,undefined")");
  CHECK(result_of(attacks[2].code) == R"("undefined,undefined,undefined,undefined")");
  CHECK(result_of(attacks[4].code) == R"("EvalError")");
  CHECK(result_of(attacks[5].code) == "5");
  CHECK(result_of(attacks[6].code) == R"(",0,0")");
  CHECK(result_of(attacks[9].code) == "false");
  CHECK(result_of(attacks[10].code) == "[1,2]");
  CHECK(result_of(attacks[11].code) == "0");
  CHECK(result_of(attacks[12].code) == "[0,2]");
  CHECK(result_of(attacks[13].code) == "3");
}
