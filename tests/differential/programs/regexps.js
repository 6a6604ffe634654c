// -- named groups, matchAll, indices
const text = 'Deploy v1.2.3 on 2024-05-06, rollback v0.9.10-rc.1 on 2024-06-07';
for (const m of text.matchAll(/v(?<major>\d+)\.(?<minor>\d+)\.(?<patch>\d+)(?:-(?<pre>[\w.]+))?/g))
  console.log(m.index, JSON.stringify(m.groups), m[0]);
const d = /(?<y>\d{4})-(?<m>\d\d)/d.exec(text);
console.log(JSON.stringify(d.indices), JSON.stringify(d.indices.groups));
// -- lookbehind of both kinds
console.log('$42 €17 9'.match(/(?<=[$€])\d+/g).join(), '$42 €17 x9'.match(/(?<![$€\d])\d+/g).join(), 'aabab'.replace(/(?<=a+)b/g, '!'), 'abc123'.match(/(?<=([a-z]+))\d+/)[1]);
// -- sticky scanning
const re = /\s*(?:(\d+)|([-+*/()]))/y;
const tokens = [];
const src = '12 +(3*45) - 6';
re.lastIndex = 0;
for (let m; re.lastIndex < src.length && (m = re.exec(src)); ) tokens.push(m[1] ?? m[2]);
console.log(tokens.join(' '), re.lastIndex);
// -- captures reset on each iteration
console.log(JSON.stringify(/(?:(a)|(b)|c)*/.exec('abc')), JSON.stringify(/(z)((a+)?(b+)?(c))*/.exec('zaacbbbcac')), JSON.stringify(/(?=(a+))a*b\1/.exec('baaabac')));
// -- backreferences
console.log(/(?<q>['"]).*?\k<q>/.exec(`say "it's" ok`)[0], /(a)|\1b/.exec('b')[0], /\b(\w+)\s+\1\b/i.test('This this'), /(?:)/.source, new RegExp('').source, new RegExp('/').source);
// -- unicode properties and code points
console.log('añ日😀1_'.match(/\p{L}/gu).join(), '😀'.match(/./g).length, '😀'.match(/./gu).length, /^\u{1F600}$/u.test('😀'), /[😀]/u.test('\uDE00'), '١٢'.match(/\p{Nd}/gu).length, /\p{Script=Greek}/u.test('λ'), /\P{ASCII}/u.test('x'));
// -- dotAll, multiline, ignoreCase
console.log(/a.b/s.test('a\nb'), /a.b/.test('a\nb'), 'a\nb\r\nc'.match(/^\w$/gm).join(), /\u212a/i.test('k'), /\u212a/iu.test('k'), /[^x]/i.test('X'), /ſ/i.test('s'), /ſ/iu.test('s'));
// -- flags, source, toString
const f = new RegExp('a/b\n', 'gimsuy');
console.log(f.flags, f.source, String(f), f.global, f.hasIndices, RegExp(/x/g).flags, new RegExp(/x/g, 'i').flags);
// -- lastIndex and global exec and test
const g = /o/g;
console.log([g.test('foo'), g.lastIndex, g.test('foo'), g.lastIndex, g.test('foo'), g.lastIndex].join());
// -- replace with functions and named groups
console.log('a1b22'.replace(/([a-z])(?<n>\d+)/g, (m, c, n, at, all, groups) => `${m}|${c}|${n}|${at}|${all.length}|${groups.n};`));
console.log('aaa'.replace(/a*?/g, 'x'), 'abc'.replace(/(?:)/g, '-'), '😀'.replace(/(?:)/gu, '-'), 'abc'.replace(/$/, '!'), 'x'.replace(/y/, 'z'));
// -- greedy, lazy, counted
console.log('<<a>>'.match(/<.+>/)[0], '<a><b>'.match(/<.+?>/)[0], 'aaaa'.match(/a{2,3}/g).join(), 'aaaa'.match(/a{2,3}?/g).join(), 'a{2'.match(/a\{2/)[0], /^(?:a{0,2}){3}$/.test('aaaaaa'), /x{0}y/.exec('xy')[0]);
// -- lookahead
console.log('password1'.match(/^(?=.*\d)(?=.*[a-z]).{8,}$/)?.[0], 'foobar'.replace(/o(?!b)/g, '0'), '1234567.891'.replace(/\B(?=(\d{3})+(?!\d))/g, ','), /(?!(a))b\1/.exec('ab')[0]);
// -- character classes
console.log('a-b_c d\t1'.match(/[\w-]+/g).join(), /[\b]/.test('\b'), /[^]/.test('\n'), /[]/.test('a'), '\u00a0\ufeff\u2029'.match(/\s/g).length, /[a-z&&[b]]/.test('&'), /^[\]\-^]+$/.test(']-^'), /\cJ/.test('\n'), /[\d-x]+/.exec('1-x')[0]);
// -- v flag sets
console.log('abc1Ω'.match(/[\p{L}--[a-b]]/gv).join(), 'x7y'.match(/[\w&&\d]/gv).join(), /^\p{Emoji_Keycap_Sequence}$/v.test('1️⃣'));
// -- sequences of emoji
console.log('👨‍👩‍👧'.match(/^\p{RGI_Emoji}$/v) !== null);
// -- split by patterns
console.log(JSON.stringify(['a1b2c'.split(/\d/), 'a1b2c'.split(/(\d)/), 'A<B>bold</B>'.split(/<(\/)?([^<>]+)>/), 'ab'.split(/(?:)/), 'test'.split(/(?=s)/), ''.split(/a/), ''.split(/a?/)]));
// -- search and exec results
const m = /b(c)?/.exec('abd');
console.log(JSON.stringify(m), m.index, m.input, String(m.groups), m.length, 'abc'.search(/c/), 'abc'.search(/x/), '1' in m);
// -- Symbol protocols
class Upper { [Symbol.replace](s, r) { return s.toUpperCase() + r; } [Symbol.split](s) { return [...s]; } [Symbol.match]() { return ['m']; } [Symbol.search]() { return 42; } }
console.log('ab'.replace(new Upper(), '!'), 'ab'.split(new Upper()).join(), 'ab'.match(new Upper())[0], 'ab'.search(new Upper()));
class Loud extends RegExp { exec(s) { console.log('exec'); return super.exec(s); } }
console.log(new Loud('a', 'g').test('a'), 'aba'.replace(new Loud('a', 'g'), 'x'), new Loud('x') instanceof RegExp);
// -- a tokenizer by one alternation
const lexer = /(?<space>\s+)|(?<number>\d+(?:\.\d+)?)|(?<name>[A-Za-z_]\w*)|(?<string>"(?:[^"\\]|\\.)*")|(?<op>[-+*\/=<>!]=?|[(){};,])/gy;
const kinds = [];
for (const t of 'let x1 = "a\\"b" + 3.14; if (x1 >= 2) {}'.matchAll(lexer)) {
  const [kind, value] = Object.entries(t.groups).find(([, v]) => v !== undefined);
  if (kind !== 'space') kinds.push(`${kind}:${value}`);
}
console.log(kinds.join(' '));
// -- email, ip, iso date, hex colors
const checks = { ip: /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/, hex: /^#(?:[0-9a-f]{3}){1,2}$/i, iso: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?Z$/ };
for (const [kind, list] of [['ip', ['1.2.3.4', '256.1.1.1', '1.2.3']], ['hex', ['#fff', '#ABCDEF', '#12']], ['iso', ['2024-02-30T10:00Z', '2024-13-01T00:00:00Z', '2024-01-01T23:59:59.123Z']]])
  console.log(kind, list.map(s => checks[kind].test(s)).join());
// -- syntax errors of patterns
for (const [p, fl] of [['(', ''], ['[z-a]', ''], ['a**', ''], ['\\', ''], ['(?<a>x)(?<a>y)', ''], ['x', 'gg'], ['x', 'q'], ['\\u{110000}', 'u'], ['(?<n>a)\\k<m>', ''], ['{1}', 'u'], ['a{2,1}', ''], ['\\p{Nope}', 'u']]) {
  try { new RegExp(p, fl); console.log('fine', p); } catch (e) { console.log(e.name, e instanceof SyntaxError, p); }
}
// -- legacy syntax that is fine
console.log(/]/.test(']'), /{/.test('{'), /a{,2}/.test('a{,2}'), /\8/.test('8'), /\1(a)/.exec('a')[0], /[\1]/.test('\x01'), /\07/.test('\x07'), /\c/.test('\\c'), /(?=a)*/.test(''), /\_/.test('_'));
// -- catastrophic patterns that still are short
console.log(/^(a+)+$/.test('a'.repeat(12) + 'b'), /(x+x+)+y/.test('x'.repeat(10)), /^(?:a|ab)(?:c|bcd)(?:d*)$/.exec('abcd')[0]);
// -- matchAll keeps its own lastIndex
const r = /\d/g;
r.lastIndex = 1;
const it = '123'.matchAll(r);
r.lastIndex = 0;
console.log([...it].map(x => x[0]).join(), r.lastIndex, Object.prototype.toString.call(it));
try { '1'.matchAll(/1/); } catch (e) { console.log(e.name); }
// -- escape user input
const escape = s => s.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
console.log(escape('a.b*c?[x]'), new RegExp(`^${escape('1+1=2?')}$`).test('1+1=2?'));
// -- word boundaries with unicode and not
console.log('naïve café'.match(/\b\w+\b/g).join('|'), 'a.b'.replace(/\b/g, '|'), 'ab'.replace(/\B/g, '|'));
