// -- case, trim, pad
for (const s of ['  Hello\t\n', 'ÀÉß', 'straße', 'ǅ', 'İ', 'ﬁ', 'ΣΑΣ']) console.log(JSON.stringify([s.trim(), s.toUpperCase(), s.toLowerCase(), s.trimStart(), s.trimEnd(), s.padStart(8, 'ab'), s.padEnd(8)]));
// -- title case and slugs
const title = s => s.replace(/\b\w/g, c => c.toUpperCase());
const slug = s => s.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
console.log(title('the quick-brown fox'), slug('  Crème Brûlée: the Best! '), slug('Ünïcödé___42'));
// -- camel, snake, kebab
const words = s => s.match(/[A-Z]{2,}(?=[A-Z][a-z]|\b)|[A-Z]?[a-z]+|[A-Z]|\d+/g) ?? [];
for (const s of ['helloWorld', 'XMLHttpRequest', 'snake_case_here', 'kebab-case', 'v2Beta10', ''])
  console.log(words(s).map(w => w.toLowerCase()).join('_'), words(s).map((w, i) => i ? w[0].toUpperCase() + w.slice(1).toLowerCase() : w.toLowerCase()).join(''));
// -- at, charAt, indexing, codePointAt
const s = 'a😀b';
console.log([s.length, [...s].length, s.at(-1), s.charAt(9), String(s[9]), s.codePointAt(1), s.codePointAt(2), s.charCodeAt(1)].join());
console.log(Array.from(s, c => c.codePointAt(0).toString(16)).join(' '), String.fromCodePoint(0x1F600, 97), s.split('').length.toString());
// -- slice, substring, substr with odd arguments
const t = 'abcdef';
console.log([t.slice(-3), t.slice(2, -1), t.slice(4, 2), t.substring(4, 2), t.substring(-1, NaN), t.slice(NaN, Infinity), t.slice('1', undefined)].join('|'));
// -- split with limits and patterns
for (const args of [[','], [',', 2], [/,\s*/], [/(,)\s*/], [''], [/(?:)/u], ['x'], [undefined], [/b/, 0]]) console.log(JSON.stringify('a, b,c'.split(...args)));
// -- replace with strings that name captures
console.log('John Smith'.replace(/(\w+)\s(\w+)/, '$2, $1'), 'aXbX'.replace('X', '$&$&'), 'abc'.replace('b', "[$`|$'|$$]"), 'x'.replace('x', '$1'));
console.log('2020-01-02'.replace(/(?<y>\d+)-(?<m>\d+)-(?<d>\d+)/, '$<d>.$<m>.$<y>'), 'aaa'.replaceAll('a', (m, i) => i), 'a.b.c'.replaceAll('.', '$&'));
// -- repeat, includes, startsWith, endsWith, positions
console.log('ab'.repeat(3), 'abcabc'.indexOf('c', 3), 'abcabc'.lastIndexOf('c', 4), 'abc'.includes('bc', 1), 'abc'.includes('a', 1), 'abc'.startsWith('b', 1), 'abc'.endsWith('b', 2), 'abc'.indexOf(''), 'abc'.lastIndexOf(''));
// -- comparing
console.log(['a' < 'b', 'a' < 'B', 'Z' < 'a', '10' < '9', 10 < '9', 'abc' < 'abcd', '\uD83D\uDE00' < '\uFF61'].join());
console.log(['b', 'a', 'c'].sort((x, y) => x.localeCompare(y)).join(''), 'a'.localeCompare('a'), Math.sign('a'.localeCompare('b')));
// -- escaping for html and back
const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const html = '<a href="x">Tom & \'Jerry\'</a>'.replace(/[&<>"']/g, c => escapes[c]);
console.log(html);
console.log(html.replace(/&(?:amp|lt|gt|quot|#39);/g, e => Object.keys(escapes).find(k => escapes[k] === e)));
// -- caesar, rot13, reverse
const rot = (s, n) => s.replace(/[a-z]/gi, c => { const base = c <= 'Z' ? 65 : 97; return String.fromCharCode((c.charCodeAt(0) - base + n + 26) % 26 + base); });
console.log(rot('Hello, World', 13), rot(rot('Hello, World', 3), -3), [...'stressed'].reverse().join(''));
// -- run length encoding
const rle = s => s.replace(/(.)\1*/gs, (m, c) => (m.length > 1 ? m.length : '') + c);
const unrle = s => s.replace(/(\d+)(.)/gs, (_, n, c) => c.repeat(n));
console.log(rle('aaabccdddd'), unrle(rle('aaabccdddd')), rle(''));
// -- levenshtein
const lev = (a, b) => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row.at(-1);
};
console.log(lev('kitten', 'sitting'), lev('', 'abc'), lev('flaw', 'lawn'));
// -- word wrap
const wrap = (s, n) => s.split(' ').reduce((lines, w) => { const l = lines.at(-1); if ((l + ' ' + w).trim().length <= n) lines[lines.length - 1] = (l + ' ' + w).trim(); else lines.push(w); return lines; }, ['']);
wrap('The quick brown fox jumps over the lazy dog and runs far away', 16).forEach((l, i) => console.log(`${String(i).padStart(2, '0')} ${l}`));
// -- template literals with nesting and lines
const items = [{ n: 'a', q: 2 }, { n: 'b', q: 0 }];
console.log(`list:
${items.map(({ n, q }) => `  ${n}: ${q > 0 ? `${q} left` : `none${'!'.repeat(2)}`}`).join('\n')}
end \`tick\` \${no} \u{1F600} ${1 + 1}${''}${[1, 2]}`);
// -- tagged templates
const tag = (strings, ...values) => strings.raw.map((s, i) => s + (i < values.length ? `[${typeof values[i]}:${values[i]}]` : '')).join('');
console.log(tag`a${1}\n${'x'}b${null}\u0041`);
const same = () => (s => s)`x${0}y`;
console.log(same() === same(), Object.isFrozen(same()), Array.isArray(same().raw), String.raw`\u{zz}\n${1}`, String.raw({ raw: 'abc' }, 1, 2));
console.log((s => String(s[0]))`\unicode`);
// -- string iteration and spread
for (const c of 'a\u{1F600}\uD800b') console.log(c.length + ':' + [...c].length);
console.log(Math.max(...'31415'), [...'abc'].map((c, i) => c.repeat(i + 1)).join('-'));
const [first, , third = 'none', ...more] = 'wxyz!';
console.log(first, third, more.join());
// -- numbers in strings
console.log(['12px', '0x1f', ' 42 ', '', '1e3', '.5', '-', 'Infinity', '1_000', '0b11', null, undefined, [], [7], {}].map(v => `${Number(v)}/${parseInt(v)}/${parseFloat(v)}`).join(' '));
// -- normalize and well formed
console.log('e\u0301'.normalize('NFC') === '\u00e9', '\u00e9'.normalize('NFD').length, '\uFB01'.normalize('NFKC'), 'ｱ'.normalize('NFKD').codePointAt(0));
// -- a tiny template engine
const render = (tpl, data) => tpl.replace(/\{\{\s*([\w.]+)\s*(?:\|\s*(\w+))?\s*\}\}/g, (_, path, filter) => {
  const v = path.split('.').reduce((o, k) => o?.[k], data);
  return filter === 'upper' ? String(v).toUpperCase() : v ?? '';
});
console.log(render('Hi {{ user.name | upper }}, {{user.age}} {{ nope.x }}.', { user: { name: 'ann', age: 5 } }));
// -- building a long string
let out = '';
for (let i = 0; i < 5000; i++) out += `${i},`;
let h = 0;
for (let i = 0; i < out.length; i++) h = (h * 31 + out.charCodeAt(i)) | 0;
console.log(out.length.toString(), h.toString());
// -- concat of everything
console.log('' + null + undefined + true + 1.50 + [1, [2, 3]] + {} + (() => 1)() + -0 + 1e21 + 1e-7 + NaN);
console.log(`${Symbol('x').toString()} ${String(Symbol('y'))} ${Symbol('z').description}`);
// -- escapes
console.log(JSON.stringify('\x41\u0042\u{43}\0\b\v\f\'\"\
continued'));
console.log('\u2028'.length.toString(), JSON.stringify('\u2028\uD800\u{10FFFF}\x7f'));
// -- isWellFormed-like search of surrogates
const lone = s => [...s].filter(c => c.length === 1 && c >= '\uD800' && c <= '\uDFFF').length;
console.log(String(lone('a\uD83Db\uDE00\uD83D\uDE00')));
