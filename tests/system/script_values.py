"""Values on their way into scripts, out of them, and through tools, as the protocol's table has them."""

import math

import msgpack

from support import code_of, main, system_test

NAN, INFINITY = math.nan, math.inf
TIME = msgpack.Timestamp(1_700_000_000, 123_000_000)

# an expression, what arrives
FROM_SCRIPTS = [
    ("undefined", None), ("null", None), ("function () {}", None), ("true", True), ("false", False),
    ("[undefined, function () {}, 1]", [None, None, 1]),
    ("({a: undefined, b: function () {}, c: 1})", {"c": 1}),
    ("0", 0), ("-1", -1), ("127", 127), ("-32", -32), ("-33", -33), ("255", 255), ("65536", 65536),
    ("4294967296", 2 ** 32),
    ("9007199254740992", 2 ** 53), ("-9007199254740992", -2 ** 53), ("9007199254740994", 9007199254740994.0),
    ("1.5", 1.5), ("1e300", 1e300), ("5e-324", 5e-324), ("Infinity", INFINITY), ("-Infinity", -INFINITY),
    ("''", ""), ("'ä€\\ud83d\\ude00\\0'", "ä€😀\0"), ("'\\ud800x'", "�x"), ("'x\\udc00'", "x�"),
    ("'\\udc00\\ud800'", "��"),
    ("new Uint8Array([1, 2, 255])", b"\x01\x02\xff"), ("new Uint8Array([1, 2, 3]).buffer", b"\x01\x02\x03"),
    ("new Uint8Array([1, 2, 3]).subarray(1)", b"\x02\x03"),
    ("new Date(1700000000123)", TIME), ("new Date(0)", msgpack.Timestamp(0, 0)),
    ("new Date(-1)", msgpack.Timestamp(-1, 999_000_000)),
    ("[]", []), ("({})", {}), ("[1, [2, [3]]]", [1, [2, [3]]]), ("[1, , 3]", [1, None, 3]),
    ("({toJSON: function () { return {a: 5} }})", {"a": 5}), ("({get x() { return 5 }})", {"x": 5}),
    ("JSON.parse('{\"__proto__\": 1, \"constructor\": 2}')", {"__proto__": 1, "constructor": 2}),
    ("Object.create({inherited: 1})", {}), ("new String('text')", "text"), ("new Number(5)", 5),
    ("new Boolean(false)", False),
    ("new Proxy({a: 1}, {})", {"a": 1}), ("Promise.resolve(7)", 7), ("Promise.resolve(Promise.resolve([8]))", [8]),
    ("({then: function (done) { done(9) }})", 9),
]

# what is sent, an expression that must be true of it
INTO_SCRIPTS = [
    (None, "inputs === null"), (True, "inputs === true"), (0, "inputs === 0"), (-1, "inputs === -1"),
    (2 ** 53, "inputs === 9007199254740992"),
    (2 ** 64 - 1, "inputs === 18446744073709552000"), (-2 ** 63, "inputs === -9223372036854775808"),
    (1.5, "inputs === 1.5"), (NAN, "inputs !== inputs"),
    (-0.0, "inputs === 0 && 1 / inputs === -Infinity"), (INFINITY, "inputs === Infinity"), ("", "inputs === ''"),
    ("ä😀\0", "inputs === '\\u00e4\\ud83d\\ude00\\0'"),
    (b"\x00\xff", "inputs instanceof Uint8Array && inputs.length === 2 && inputs[1] === 255"),
    (b"", "inputs.length === 0"),
    (TIME, "inputs instanceof Date && inputs.getTime() === 1700000000123"),
    (msgpack.Timestamp(-1, 0), "inputs.getTime() === -1000"),
    ([], "Array.isArray(inputs) && inputs.length === 0"), ([1, [2]], "inputs[1][0] === 2"),
    ({"a": {"b": 1}}, "inputs.a.b === 1"),
    ({"__proto__": {"x": 1}},
     "Object.getPrototypeOf(inputs) === Object.prototype && Object.keys(inputs)[0] === '__proto__' && inputs.x === "
     "undefined"),
    ({"constructor": 1, "toString": 2, "hasOwnProperty": 3},
     "inputs.constructor === 1 && Object.keys(inputs).length === 3"),
    ({"length": 5, "0": "x"}, "inputs.length === 5 && inputs[0] === 'x'"), ({"": 1}, "inputs[''] === 1"),
    ({"\0": 1, "\xff": 2, "\x80x": 3}, "Object.keys(inputs).length === 3 && inputs['\\xff'] === 2"),
    ([{"then": 1}], "inputs[0].then === 1"),
]

DUPLICATE_KEYS = b"\x82\xa1a\x01\xa1a\x02"

# encoded inputs that are refused
REFUSED = [
    ("text that is no UTF-8", b"\xa2\xc3\x28", "INVALID_REQUEST"),
    ("an overlong sequence", b"\xa2\xc0\x80", "INVALID_REQUEST"),
    ("a surrogate in UTF-8", b"\xa3\xed\xa0\x80", "INVALID_REQUEST"),
    ("text beyond Unicode", b"\xa4\xf4\x90\x80\x80", "INVALID_REQUEST"),
    ("a key that is a number", b"\x81\x01\x02", "INVALID_REQUEST"),
    ("a key that is nil", b"\x81\xc0\x02", "INVALID_REQUEST"),
    ("a key that is binary", b"\x81\xc4\x01a\x02", "INVALID_REQUEST"),
    ("a key that is no UTF-8", b"\x81\xa1\xff\x02", "INVALID_REQUEST"),
    ("another extension", b"\xd4\x05\x00", "INVALID_REQUEST"),
    ("a timestamp of a wrong size", b"\xd4\xff\x00", "INVALID_REQUEST"),
]


class a_value(system_test):
    def setUp(self):
        self.client = self.connect()

    def run_raw(self, code, inputs):
        """A run whose inputs are bytes as they are."""
        head = msgpack.packb({"code": code, "inputs": None})
        self.client._last += 1
        message = b"\x94\x00" + msgpack.packb(self.client._last) + msgpack.packb("run") + b"\x91" + head[:-1] + inputs
        self.client.send(message)
        return self.client.answer(self.client._last)

    def test_of_a_script_arrives_as_the_table_says(self):
        for expression, expected in FROM_SCRIPTS:
            with self.subTest(expression=expression):
                result = self.client.value(f"return {expression}")
                self.assertEqual(result, expected)
                self.assertEqual(type(result), type(expected))

    def test_that_is_no_number_arrives_as_one_that_is_none(self):
        self.assertTrue(math.isnan(self.client.value("return 0 / 0")))
        self.assertTrue(math.isnan(self.client.value("return [NaN]")[0]))

    def test_of_an_error_is_a_map(self):
        self.assertEqual(self.client.value("var e = new TypeError('m'); e.code = 'C'; return e"),
                         {"name": "TypeError", "message": "m", "code": "C"})
        self.assertEqual(self.client.value("return [new Error('m')]"), [{"name": "Error", "message": "m"}])

    def test_goes_into_a_script_as_the_table_says(self):
        for sent, holds in INTO_SCRIPTS:
            with self.subTest(sent=sent):
                self.assertIs(self.client.value(f"return {holds}", inputs=sent), True)

    def test_goes_into_a_script_by_a_tool_as_the_table_says(self):
        for sent, holds in INTO_SCRIPTS:
            with self.subTest(sent=sent):
                self.client.tools = lambda tool, args, sent=sent: sent
                self.assertIs(self.client.value(f"return callTool('t').then(function (inputs) {{ return {holds} }})"),
                              True)

    def test_of_a_script_goes_to_a_tool_as_the_table_says(self):
        self.client.tools = lambda tool, args: 1
        for expression, expected in FROM_SCRIPTS[:-3]:
            with self.subTest(expression=expression):
                self.client.value(f"return callTool('t', {expression})")
                self.assertEqual(self.client.calls[-1]["args"], expected)

    def test_with_duplicate_keys_has_the_last_one(self):
        self.assertEqual(self.run_raw("return inputs", DUPLICATE_KEYS)["result"], {"a": 2})

    def test_that_is_malformed_is_refused(self):
        for name, encoded, code in REFUSED:
            with self.subTest(name):
                try:
                    got = self.run_raw("return 1", encoded)
                except Exception as refused:  # the client's refusal, or anything that must not be
                    self.assertEqual(getattr(refused, "code", None), code, refused)
                else:
                    self.fail(f"it ran and gave {got}")
        self.assertEqual(self.client.value("return 1"), 1)

    def test_of_a_tool_that_is_malformed_fails_the_call_and_nothing_else(self):
        for name, encoded, _ in REFUSED:
            with self.subTest(name):
                count = len(self.client.calls)
                running = self.client.begin_run("return callTool('t').then(function (v) { return 'came' }, function "
                                                "(e) { return 'failed' })")
                call = self.client.wait_calls(count + 1)[-1]
                self.client.send(b"\x94\x01" + msgpack.packb(call["msgid"]) + b"\xc0" + encoded)
                self.assertEqual(self.client.answer(running)["result"], "failed")

    def test_that_cannot_leave_ends_with_result_limit(self):
        for code in ("var a = []; a[0] = a; return a", "var o = {}; o.o = {o: o}; return o",
                     "var a = []; for (var i = 0; i < 70; i++) a = [a]; return a",
                     "var a = []; for (var i = 0; i < 1e6; i++) a = [a]; return a",
                     "var a = []; for (var i = 0; i < 200001; i++) a.push(1); return a",
                     "var s = 'x'; while (s.length < 9e6) s += s; return s", "return new Uint8Array(9000000)",
                     "return {toJSON: function () { return this }, a: 1}.toJSON.call(global_cycle()); "
                     "function global_cycle() { var c = {}; c.c = c; return c }"):
            with self.subTest(code=code[:60]):
                self.assertEqual(self.client.ends(code), "RESULT_LIMIT")

    def test_that_is_shared_but_not_cyclic_leaves(self):
        self.assertEqual(self.client.value("var a = [1]; return [a, a, {a: a}]"), [[1], [1], {"a": [1]}])

    def test_that_is_too_large_for_a_tool_fails_the_call(self):
        final = self.client.run("var a = []; a[0] = a; try { return callTool('t', a).then(null, function (e) { return "
                                "'rejected' }) } catch (e) { return 'thrown' }")
        self.assertIn(code_of(final), ("RESULT_LIMIT", "OK"))
        self.assertEqual(self.client.calls, [])

    def test_of_a_tool_over_its_bounds_fails_the_call_with_too_large(self):
        catches = "return callTool('t').then(function (v) { return 'came' }, function (e) { return e.code })"
        for result, limits in (("x" * 2_000, {"tool_result_bytes": 1_000}), ([[[[1]]]], {"value_depth": 3}),
                               (list(range(200)), {"value_properties": 100})):
            with self.subTest(limits=limits):
                self.client.tools = lambda tool, args, result=result: result
                self.assertEqual(self.client.value(catches, limits=limits), "TOO_LARGE")

    def test_of_inputs_over_their_bounds_is_refused_with_too_large(self):
        self.assertEqual(self.client.refused("run",
                                             {"code": "1", "inputs": [[[[1]]]], "limits": {"value_depth": 3}}).code,
                                             "TOO_LARGE")
        self.assertEqual(self.client.refused("run",
                                             {"code": "1", "inputs": list(range(200)),
                                              "limits": {"value_properties": 100}}).code, "TOO_LARGE")

    def test_is_read_once_from_a_getter(self):
        self.assertEqual(self.client.value("var n = 0; return {get x() { return ++n }}"), {"x": 1})
        self.assertEqual(self.client.value("var n = 0; var p = new Proxy({a: 0}, {get: function (t, k) { return k === "
                                           "'a' ? ++n : undefined }}); return p"), {"a": 1})

    def test_that_throws_while_it_is_read_ends_the_run_with_its_error(self):
        final = self.client.run("return {get x() { throw new Error('inside') }}")
        self.assertEqual(final["error"]["code"], "SCRIPT_ERROR")
        self.assertIn("inside", final["error"]["message"])

    def test_without_inputs_is_undefined(self):
        self.assertEqual(self.client.value("return typeof inputs"), "undefined")


if __name__ == "__main__":
    main()
