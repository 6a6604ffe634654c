"""What scripts try, by class, and the codes they may end with. Those of time are bounded by `timeout_ms`."""

LONG = "new Array(200001).join('a')"
DEEP = "var o = {}; for (var i = 0; i < 9000; i++) o = Object.create(o); "
SPARSE = "{length: 4294967290}"

TIME = [
    "while (1) {}", "for (;;);", "do {} while (true)", "while (1) { try { while (1) {} } catch (e) {} }",
    "function f() { try { return 1 } finally { while (1) {} } } f()",
    "for (;;) { try { throw 1 } catch (e) { continue } finally { } }",
    "function f() { try { f() } catch (e) { f() } finally { f() } } f(); while (1);",
    "return { get x() { while (1) {} } }", "return [{ toJSON: function () { while (1) {} } }]",
    "return new Proxy({a: 1}, { get: function () { while (1) {} } })",
    "return new Proxy({}, { ownKeys: function () { while (1) {} } })", "return { then: function () { while (1) {} } }",
    "var p = new Proxy({}, { has: function () { while (1) {} } }); 'x' in p",
    "var p = new Proxy(function () {}, { apply: function () { while (1) {} } }); p()",
    "+{ valueOf: function () { while (1) {} } }", "'' + { toString: function () { while (1) {} } }",
    "({})[{ toString: function () { while (1) {} } }]",
    "[3, 2, 1].sort(function () { while (1) {} })",
    "var a = []; for (var i = 0; i < 1e5; i++) a.push(i); while (1) a.sort(function () { return Math.random() - 0.5 })",
    "JSON.parse('[1]', function () { while (1) {} })", "JSON.stringify([1], function () { while (1) {} })",
    "'aa'.replace(/a/g, function () { while (1) {} })",
    "throw { get message() { while (1) {} } }",
    "console.log({ get x() { while (1) {} } })", "return callTool('t', { get x() { while (1) {} } })",
    "function f() { return Promise.resolve().then(f) } return f()", "new Promise(function () { while (1) {} })",
    "Promise.resolve().then(function () { while (1) {} })",
    "return callTool('t').then(function () { while (1) {} })",
    "return callTool('t').then(null, function () {}).then(function () { for (;;); })",
    "/(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab')",
    "while (1) { try { /^(([a-z])+.)+[A-Z]([a-z])+$/.test(" + LONG + ") } catch (e) {} }",
    "while (1) { try { /(a|a?)+$/.test(" + LONG + ") } catch (e) {} }",
    "while (1) { try { new RegExp('(((a{1,99}){1,99}){1,99}){1,99}').test('aaaa') } catch (e) {} }",
    "while (1) { try { new RegExp(new Array(50000).join('(')) } catch (e) {} }",
    "while (1) " + LONG + ".replace(/a/g, 'bb')", "while (1) " + LONG + ".split('')",
    "var s = " + LONG + "; while (1) s.indexOf(s + 'b') + s.lastIndexOf('ab')",
    "Array.prototype.forEach.call(" + SPARSE + ", function () {})",
    "Array.prototype.map.call({length: 2147483647}, function () {})",
    "Array.prototype.indexOf.call({length: 2147483647}, 5)",
    "Array.prototype.reverse.call(" + SPARSE + ")", "Array.prototype.splice.call({length: 2147483647}, 0, 1)",
    "Array.prototype.reduceRight.call(" + SPARSE + ", function (a) { return a }, 0)",
    "Array.prototype.unshift.call(" + SPARSE + ", 1)", "Array.prototype.concat.call([], " + SPARSE + "); while (1);",
    "while (1) { try { Array.prototype.join.call(" + SPARSE + ") } catch (e) {} }",
    "var s = new Array(500000).join('\\u00e9'); for (var i = 0, n = 0; ; "
    "i = (i + 249989) % 499999) n += s.charCodeAt(i)", "var s = new Array(500000).join('\\u0130'); "
                                                       "while (1) s.toLowerCase()",
    "while (1) encodeURIComponent(" + LONG + ")", "while (1) " + LONG + ".localeCompare(" + LONG + " + 'b')",
    "while (1) (Math.PI * 1e300).toString(36)",
    "while (1) JSON.stringify(JSON.parse('[' + new Array(9999).join('1,') + '1]'))",
    "var a = new Float64Array(1e6), b = new Uint8Array(1e6); while (1) a.set(b)",
    "while (1) new Uint8Array(1e6).sort ? 1 : 1", "while (1) Math.max.apply(null, new Array(9999))",
    "var f = function () {}; for (var i = 0; i < 5000; i++) f = f.bind(null); while (1) f()",
    DEEP + "while (1) o.missing", DEEP + "function F() {} while (1) o instanceof F",
    DEEP + "for (;;) for (var k in o);",
    "var f = function () {}; for (var i = 0; ; i++) f = f.bind(null, i)",
    "while (1) { try { new Function('return 1')() } catch (e) {} }", "while (1) { try { eval('1') } catch (e) {} }",
    "while (1) { class A { #x = 1; *[Symbol.iterator]() { yield* [this.#x, ...[1, 2]] } } [...new A()] }",
    "while (1) Object.getOwnPropertyNames(new Array(5000).join('a').split(''))",
]

MEMORY = [
    "var a = []; while (1) a.push({x: [1, 2, 3]})", "var a = []; for (;;) { try { a.push({x: 1}) } catch (e) {} }",
    "var s = 'x'; while (1) s += s", "var s = 'x'; for (;;) { try { s += s } catch (e) {} }",
    "new Array(1e8).join('xxxxxxxxxx')", "var a = [1]; while (1) a = a.concat(a)", "new Uint8Array(1e9)",
    "new ArrayBuffer(1e9)", "var a = []; while (1) a.push(new Uint8Array(1e6))",
    "var f; while (1) f = (function (g) { return function () { return g } })(f)",
    "var o = null; while (1) o = {next: o}", "var o = {}; for (var i = 0; ; i++) o['k' + i] = i",
    "var p = Promise.resolve(); while (1) p = p.then(function () {})",
    "var a = []; while (1) a.push(new Error('x' + a.length))",
    "var s = new Array(2e6).join('\\u0001'); JSON.stringify([s, s, s, s, s])",
    "var a = []; while (1) a.push(/x/)", "var a = []; while (1) a.push(function () {})",
    "var o = {}; o.o = o; var a = []; while (1) a.push({o: o, a: a})",
    "return callTool('t').then(function () { var a = []; while (1) a.push([a.length]) })",
]

# script, the codes it may end with
STACK = [(code, ("STACK_LIMIT", "SCRIPT_ERROR", "OK", "MEMORY_LIMIT", "SYNTAX_ERROR", "TIMEOUT")) for code in (
    "function f() { return f() + 1 } return f()", "function f() { try { f() } catch (e) { f() } } f()",
    "var o = { get x() { return this.x } }; return o.x", "function f() { [1].forEach(f) } f()",
    "function f() { [2, 1].sort(f) } f()", "function f() { JSON.stringify({toJSON: f}) } f()",
    "function F() { new F() } new F()", "var p = new Proxy({}, { get: function (t, k) { return p[k] } }); return p.x",
    "return eval(new Array(100000).join('('))", "return eval(new Array(100000).join('['))",
    "return eval(new Array(50000).join('{'))", "return eval(new Array(50000).join('!') + '1')",
    "return eval(new Array(30000).join('if(1)') + ';')",
    "return JSON.parse(new Array(100000).join('['))",
    "var a = []; for (var i = 0; i < 1e5; i++) a = [a]; return JSON.stringify(a).length",
    "return new RegExp(new Array(50000).join('(') + new Array(50000).join(')')).test('')",
    "return /(x*)*y/.test(new Array(99999).join('x'))",
    "try { (function f() { f() })() } catch (e) { var p = e, n = 0; while (p) { p = Object.getPrototypeOf(p); "
    "n++ } return n }",
    "function f() { var e; try { f() } catch (x) { e = x } throw e } f()",
)]

# What becomes of text that shall be code.
NO_TEXT = "EvalError"

# script, what it must give
REACH = [
    ("return typeof process + typeof require + typeof module + typeof global + typeof window + typeof Deno",
     "undefined" * 6),
    ("return Function('return typeof process')()", NO_TEXT),
    ("return (function () {}).constructor('return typeof require')()", NO_TEXT),
    ("return [].constructor.constructor('return typeof process')()", NO_TEXT),
    ("var c = 'const' + 'ructor'; return ''[c][c]('return typeof process')()", NO_TEXT),
    ("return callTool.constructor('return typeof process')()", NO_TEXT),
    ("return console.log.constructor('return typeof process')()", NO_TEXT),
    ("return callTool('fail').then(null, function (e) { return e.constructor.constructor('return typeof process')() })",
     NO_TEXT),
    ("return callTool('t', {}).constructor.constructor('return typeof require')()", NO_TEXT),
    ("return typeof Duktape === 'undefined' || typeof Duktape.Thread", True),
    ("try { return typeof callTool.caller + typeof console.log.caller === 'function' } catch (e) { return false }",
     False),
    ("function f() { var found = [], c = f; "
     "try { while ((c = c.caller) && found.length < 9) found.push(String(c)) } catch (e) {} "
     "return found.filter(function (t) { return /host|native/.test(t) }) } return f()", []),
    ("var n = 0; for (var k in inputs) n++; return [n, inputs.__proto__ === Object.prototype]", [0, True]),
    ("callTool = 5; return callTool", 5), ("return '\\uffffvalue' in {}", False),
    ("var o = {}; o['\\xffThis'] = 1; return Object.keys(o).length", 1),
    ("var o = {}; o['\\xff\\xffx'] = 1; o['\\x82y'] = 2; return Object.keys(o).length", 2),
    ("return [1, 2, 3][4294967295] === undefined", True), ("return new Uint8Array(8)[9] === undefined", True),
    ("var d = new DataView(new ArrayBuffer(8)); try { d.getUint8(9); "
     "return false } catch (e) { return e instanceof RangeError }", True),
    ("var b = new Uint8Array(16); try { b.set(new Uint8Array(17)); return false } catch (e) { return true }", True),
    ("var b = new Uint8Array(100000), n = 0; for (var i = 0; i < b.length; i++) n += b[i]; return n", 0),
    ("try { return decodeURIComponent('%C0%80') } catch (e) { return e instanceof URIError }", True),
    ("return 'a\\0b'.length", 3), ("return ('' + new Error('x').stack).indexOf('0x')", -1),
    ("return ('' + new Error('x').stack).indexOf('/')", -1),
    ("try { null.x } catch (e) { return e instanceof TypeError && e.constructor === TypeError }", True),
    ("try { return Function.prototype.toString.call(callTool).indexOf('0x') } catch (e) { return -1 }", -1),
    ("var a = Date.now(); for (var i = 0; i < 1e6; i++); return Date.now() - a", 0),
    ("try { return eval('\\u0000') === undefined } catch (e) { return e instanceof EvalError }", True),
    ("try { return new Function('\\xbf\\x00\\x00')() } catch (e) { return true }", True),
]

# script, limits, code
OUTPUT = [
    ("while (1) console.log('x')", {}, "OUTPUT_LIMIT"), ("while (1) print('')", {}, "OUTPUT_LIMIT"),
    ("var s = new Array(1e6).join('x'); while (1) print(s)", {}, "OUTPUT_LIMIT"),
    ("console.log(new Array(2e6).join('x'))", {}, "OUTPUT_LIMIT"),
    ("while (1) { try { console.error('x') } catch (e) {} }", {}, "OUTPUT_LIMIT"),
    ("while (1) callTool('t')", {}, "TOOL_CALL_LIMIT"),
    ("while (1) { try { callTool('t').then(null, function () {}) } catch (e) {} }", {}, "TOOL_CALL_LIMIT"),
    ("var a = []; a[0] = a; return a", {}, "RESULT_LIMIT"),
    ("var a = []; for (var i = 0; i < 1e6; i++) a = [a]; return a", {}, "RESULT_LIMIT"),
    ("var o = {}; for (var i = 0; i < 3e5; i++) o['k' + i] = 1; return o", {}, "RESULT_LIMIT"),
    ("var a = [1]; for (var i = 0; i < 40; i++) a = [a, a]; return a", {}, "RESULT_LIMIT"),
    ("return new Proxy([], {get: function (t, k) { return k === 'length' ? 4294967295 : 1 }})", {},
     ("RESULT_LIMIT", "OK")),
    ("return {get x() { return this }}", {}, "RESULT_LIMIT"),
    ("return {get x() { return {get y() { return new Array(9e6).join('z') }} }}", {}, "RESULT_LIMIT"),
]

ODD_TOOL_NAMES = ["__proto__", "constructor", "toString", "../x", "/etc/passwd", "a\0b", "\x1b[31m", "\u202eevil",
                  "\u00e4", "",
                  "x" * 256]
EXCESSIVE_TOOL_NAMES = ["'x' + new Array(1000001).join('y')", "{}", "null", "undefined", "5", "[]",
                        "{toString: function () { throw 1 }}"]

# name, source: all of them end with some code, soon, and the next script runs
SOURCES = [
    ("a million literals", "return [" + "1," * 1_000_000 + "].length"),
    ("100,000 functions", "function f(){}" * 100_000 + "; return 1"),
    ("one line of 4 MB", "var a = '" + "x" * 4_000_000 + "'; return 1"),
    ("nothing", ""), ("only a comment", "// nothing"), ("a NUL", "return 1\0"),
    ("look-alikes", "var \u0430 = 1, a = 2; return \u0430"),
    ("bidirectional text", "var x = '\u202e } \u2066if (1)\u2069 \u2066'; return 1"),
    ("a byte order mark", "\ufeffreturn 1"),
    ("line separators", "return 1\u2028\u2029"), ("bytecode", "\xbf\x00\x00\x00\x00"),
    ("a closing brace", "} return 1; {"), ("closing everything", "})}); return 1; (function(){("),
    ("a hashbang", "#!/bin/sh\nreturn 1"), ("an HTML comment", "<!-- x\nreturn 1"),
    ("100,000 variables", "var " + ",".join(f"v{number}" for number in range(100_000)) + "; return 1"),
    ("a long chain", "return 1" + "+1" * 200_000), ("nested functions", "function f(){" * 5_000 + "}" * 5_000),
    ("one long string of escapes", "return '" + "\\u0041" * 300_000 + "'.length"),
]
