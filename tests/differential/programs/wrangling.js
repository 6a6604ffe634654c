// -- group orders by customer and total them
const orders = [
  { id: 1, customer: 'ada', amount: 12.5 }, { id: 2, customer: 'bob', amount: 7.25 },
  { id: 3, customer: 'ada', amount: 30 }, { id: 4, customer: 'cy', amount: 0.1 }, { id: 5, customer: 'cy', amount: 0.2 },
];
const totals = orders.reduce((acc, { customer, amount }) => ({ ...acc, [customer]: (acc[customer] ?? 0) + amount }), {});
for (const [name, total] of Object.entries(totals)) console.log(`${name}: ${total.toFixed(2)} (${total})`);
// -- join two tables
const users = [{ id: 1, name: 'Ann' }, { id: 2, name: 'Ben' }, { id: 3, name: 'Cat' }];
const posts = [{ user: 2, title: 'x' }, { user: 1, title: 'y' }, { user: 2, title: 'z' }, { user: 9, title: 'lost' }];
const byId = new Map(users.map(u => [u.id, u]));
const joined = posts.map(({ user, ...rest }) => ({ ...rest, author: byId.get(user)?.name ?? 'unknown' }));
console.log(JSON.stringify(joined));
console.log(JSON.stringify(users.map(u => ({ ...u, posts: posts.filter(p => p.user === u.id).length }))));
// -- parse a csv with quotes
function parseCsv(text) {
  const rows = [];
  let row = [], field = '', quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c === '"' && text[i + 1] === '"') { field += '"'; i++; }
      else if (c === '"') quoted = false;
      else field += c;
    } else if (c === '"') quoted = true;
    else if (c === ',') { row.push(field); field = ''; }
    else if (c === '\n') { row.push(field); rows.push(row); row = []; field = ''; }
    else field += c;
  }
  if (field !== '' || row.length) { row.push(field); rows.push(row); }
  return rows;
}
const [header, ...lines] = parseCsv('name,quote,n\n"Smith, J","said ""hi""",3\nLee,,\n"multi\nline",x,9');
for (const line of lines) console.log(JSON.stringify(Object.fromEntries(header.map((h, i) => [h, line[i]]))));
// -- pivot a table
const sales = [['north', 'q1', 5], ['south', 'q1', 3], ['north', 'q2', 8], ['east', 'q2', 1], ['north', 'q1', 2]];
const pivot = {};
for (const [region, quarter, n] of sales) ((pivot[region] ??= {})[quarter] ??= []).push(n);
const quarters = [...new Set(sales.map(s => s[1]))].sort();
for (const region of Object.keys(pivot).sort())
  console.log([region.padEnd(6), ...quarters.map(q => String((pivot[region][q] ?? []).reduce((a, b) => a + b, 0)).padStart(4))].join('|'));
// -- flatten nested records into dotted paths
const flatten = (value, path = []) => Object(value) !== value || Object.keys(value).length === 0
  ? [[path.join('.'), value]]
  : Object.entries(value).flatMap(([k, v]) => flatten(v, [...path, k]));
for (const [k, v] of flatten({ a: { b: [1, { c: null }], d: {} }, e: undefined, f: [[], [2]] })) console.log(k, JSON.stringify(v) ?? 'undefined');
// -- unflatten dotted paths
const set = (target, path, value) => {
  const keys = path.split('.');
  const last = keys.pop();
  let at = target;
  for (const [i, key] of keys.entries()) at = at[key] ??= /^\d+$/.test(keys[i + 1] ?? last) ? [] : {};
  at[last] = value;
  return target;
};
console.log(JSON.stringify([['a.b.0', 1], ['a.b.1.c', 2], ['d', 3]].reduce((t, [k, v]) => set(t, k, v), {})));
// -- deduplicate keeping the last
const events = [{ k: 'a', v: 1 }, { k: 'b', v: 2 }, { k: 'a', v: 3 }, { k: 'c', v: 4 }, { k: 'b', v: 5 }];
console.log(JSON.stringify([...new Map(events.map(e => [e.k, e])).values()]));
console.log(JSON.stringify(events.filter((e, i, all) => all.findLastIndex(o => o.k === e.k) === i)));
// -- top three words
const text = `It was the best of times, it was the worst of times, it was the age of wisdom…`;
const counts = new Map();
for (const [word] of text.toLowerCase().matchAll(/\p{L}+/gu)) counts.set(word, (counts.get(word) ?? 0) + 1);
[...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, 5).forEach(([w, n], i) => console.log(`${i + 1}. ${w} × ${n}`));
// -- moving average and running totals
const series = [3, 1, 4, 1, 5, 9, 2, 6];
const average = (list, n) => list.map((_, i) => list.slice(Math.max(0, i - n + 1), i + 1)).map(w => w.reduce((a, b) => a + b) / w.length);
console.log(average(series, 3).map(x => x.toFixed(3)).join(' '));
let sum = 0;
console.log(series.map(x => sum += x).join());
// -- chunk zip unzip and transpose
const chunk = (list, n) => Array.from({ length: Math.ceil(list.length / n) }, (_, i) => list.slice(i * n, i * n + n));
const zip = (...lists) => lists[0].map((_, i) => lists.map(l => l[i]));
console.log(JSON.stringify(chunk([1, 2, 3, 4, 5, 6, 7], 3)));
console.log(JSON.stringify(zip([1, 2, 3], 'abc'.split(''), [true, false])));
console.log(JSON.stringify(zip(...zip([1, 2], [3, 4], [5, 6]))));
// -- diff of two objects
const diff = (a, b) => {
  const out = [];
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    if (!(key in b)) out.push(`- ${key}: ${a[key]}`);
    else if (!Object.hasOwn(a, key)) out.push(`+ ${key}: ${b[key]}`);
    else if (!Object.is(a[key], b[key])) out.push(`~ ${key}: ${a[key]} -> ${b[key]}`);
  }
  return out;
};
diff({ a: 1, b: NaN, c: 0, d: 'x' }, { b: NaN, c: -0, d: 'y', e: null }).forEach(line => console.log(line));
// -- paginate until there is no more
const data = Array.from({ length: 23 }, (_, i) => ({ id: i + 1 }));
const fetchPage = async ({ cursor = 0, limit = 10 } = {}) => ({
  items: data.slice(cursor, cursor + limit), next: cursor + limit < data.length ? cursor + limit : null,
});
const all = [];
let cursor;
do {
  const page = await fetchPage({ cursor: cursor ?? undefined });
  all.push(...page.items);
  ({ next: cursor } = page);
} while (cursor !== null);
console.log(`${all.length} ${all.at(-1).id}`);
// -- a histogram as text
const values = [1, 2, 2, 3, 3, 3, 8, 8, 9];
const bins = Object.groupBy?.(values, v => (v < 3 ? 'low' : v < 6 ? 'mid' : 'high')) ??
  values.reduce((o, v) => ((o[v < 3 ? 'low' : v < 6 ? 'mid' : 'high'] ||= []).push(v), o), {});
for (const name of ['low', 'mid', 'high', 'none']) console.log(`${name.padStart(5, '.')} ${'#'.repeat(bins[name]?.length ?? 0)}`);
// -- merge settings deeply
const merge = (a, b) => {
  if (Array.isArray(b) || typeof b !== 'object' || b === null) return b;
  const out = { ...(typeof a === 'object' && a !== null && !Array.isArray(a) ? a : {}) };
  for (const key in b) if (b[key] !== undefined) out[key] = merge(out[key], b[key]);
  return out;
};
console.log(JSON.stringify(merge({ a: 1, b: { c: [1, 2], d: { e: 1 } } }, { b: { c: [3], d: { f: null }, g: undefined }, h: { i: {} } })));
// -- percentiles and a five number summary
const sorted = [15, 20, 35, 40, 50, 3.5, 22].toSorted ? [15, 20, 35, 40, 50, 3.5, 22].toSorted((a, b) => a - b) : [];
const q = p => {
  const at = (sorted.length - 1) * p, low = Math.floor(at), rest = at - low;
  return sorted[low + 1] !== undefined ? sorted[low] + rest * (sorted[low + 1] - sorted[low]) : sorted[low];
};
console.log([0, .25, .5, .75, 1].map(q).join(' '));
console.log(String(Math.max(...sorted) - Math.min(...sorted)));
// -- inverted index
const docs = { d1: 'new home sales top forecasts', d2: 'home sales rise in july', d3: 'increase in home sales in july' };
const index = {};
for (const [doc, words] of Object.entries(docs))
  for (const word of new Set(words.split(/\s+/))) (index[word] ??= new Set()).add(doc);
const and = (...terms) => [...terms.map(t => index[t] ?? new Set()).reduce((a, b) => new Set([...a].filter(x => b.has(x))))];
console.log(and('home', 'july').join(), and('sales', 'in', 'rise').join(), and('nothing').length.toString());
console.log(Object.keys(index).sort().join(' '));
// -- tree from a list of parents
const nodes = [{ id: 1, parent: null }, { id: 2, parent: 1 }, { id: 3, parent: 1 }, { id: 4, parent: 2 }, { id: 5, parent: 4 }];
const children = Map.groupBy ? Map.groupBy(nodes, n => n.parent) : nodes.reduce((m, n) => m.set(n.parent, [...(m.get(n.parent) ?? []), n]), new Map());
const show = (parent, depth = 0) => (children.get(parent) ?? []).forEach(({ id }) => { console.log('  '.repeat(depth) + '- ' + id); show(id, depth + 1); });
show(null);
// -- money without floating point surprises
const cents = ['19.99', '5', '0.1', '-3.50', '1000.005'].map(s => Math.round(parseFloat(s) * 100));
console.log(cents.join(' '), (cents.reduce((a, b) => a + b) / 100).toFixed(2));
console.log((0.1 + 0.2).toString(), (1.005).toFixed(2), (1e21).toFixed(2), (-1.5).toFixed(0), (25).toString(36));
// -- validate a form and collect the errors
const rules = {
  name: [v => v?.trim() ? null : 'is required', v => (v?.length ?? 0) <= 10 ? null : 'is too long'],
  age: [v => Number.isInteger(v) ? null : 'must be an integer', v => v >= 0 && v < 150 ? null : 'is out of range'],
  email: [v => /^[^@\s]+@[^@\s]+\.[a-z]{2,}$/i.test(v) ? null : 'is no address'],
};
const check = form => Object.entries(rules).flatMap(([field, list]) => list.map(rule => rule(form[field])).filter(Boolean).map(m => `${field} ${m}`));
console.log(check({ name: '  ', age: 3.5, email: 'a@b' }).join('; '));
console.log(check({ name: 'Ada Lovelace', age: -1, email: 'ADA@x.ORG' }).join('; '));
console.log(check({ name: 'Ada', age: 36, email: 'ada@x.org' }).join('; ') || 'fine');
// -- log lines to statistics
const log = `2024-01-01T00:00:01Z INFO  [api] GET /users 200 12ms
2024-01-01T00:00:02Z ERROR [db] timeout after 3000ms
2024-01-01T00:00:04Z INFO  [api] GET /users/7 404 3ms
garbage
2024-01-01T00:01:04Z WARN  [api] POST /users 500 250ms`;
const pattern = /^(?<at>\S+)\s+(?<level>[A-Z]+)\s+\[(?<source>\w+)\]\s+(?<message>.*?)(?:\s(?<ms>\d+)ms)?$/;
const parsed = log.split('\n').map(l => pattern.exec(l)?.groups).filter(g => g !== undefined);
console.log(JSON.stringify(parsed));
console.log(parsed.filter(p => p.source === 'api').reduce((t, { ms }) => t + +ms, 0).toString());
const span = (Date.parse(parsed.at(-1).at) - Date.parse(parsed[0].at)) / 1000;
console.log(`${span} s`);
// -- url query building and reading
const build = params => Object.entries(params).filter(([, v]) => v != null).flatMap(([k, v]) => [].concat(v).map(x => `${encodeURIComponent(k)}=${encodeURIComponent(x)}`)).join('&');
const qs = build({ q: 'a b&c', tags: ['x', 'ü'], none: null, zero: 0, empty: '' });
console.log(qs);
const read = text => text.split('&').reduce((o, pair) => { const [k, v] = pair.split('=').map(decodeURIComponent); o[k] = k in o ? [].concat(o[k], v) : v; return o; }, {});
console.log(JSON.stringify(read(qs)));
// -- markdown table
const table = rows => {
  const keys = [...new Set(rows.flatMap(Object.keys))];
  const width = k => Math.max(k.length, ...rows.map(r => String(r[k] ?? '').length));
  const line = f => '| ' + keys.map(k => f(k).padEnd(width(k))).join(' | ') + ' |';
  return [line(k => k), line(k => '-'.repeat(width(k))), ...rows.map(r => line(k => String(r[k] ?? '')))].join('\n');
};
console.log(table([{ name: 'alpha', n: 1 }, { name: 'b', extra: true }, { n: 12345 }]));
