// -- iso parse and format
for (const s of ['2024-02-29', '2024-02-29T12:34:56Z', '2024-02-29T12:34:56.789+02:00', '2024-02', '2024', '+010000-01-01T00:00:00Z', '-000001-01-01T00:00:00Z', '2024-02-30', '2024-13-01', 'nonsense', '2024-01-01T24:00:00Z', '2024-01-01T25:00Z']) {
  const d = new Date(s);
  console.log(s, Number.isNaN(d.getTime()) ? 'invalid' : d.toISOString(), String(d.getTime()));
}
// -- fields
const d = new Date(Date.UTC(2023, 11, 31, 23, 59, 58, 7));
console.log([d.getUTCFullYear(), d.getUTCMonth(), d.getUTCDate(), d.getUTCDay(), d.getUTCHours(), d.getUTCMinutes(), d.getUTCSeconds(), d.getUTCMilliseconds(), d.getTimezoneOffset(), d.getFullYear(), d.getHours()].join());
// -- overflow of fields
console.log(new Date(Date.UTC(2024, 0, 31)).toISOString(), new Date(Date.UTC(2024, 1, 31)).toISOString(), new Date(Date.UTC(2024, 14, -3, 25, 61, 61, 1001)).toISOString(), new Date(Date.UTC(99, 0)).getUTCFullYear(), new Date(2020, 0, 1, 12).toISOString());
// -- setters
const x = new Date(0);
x.setUTCFullYear(2024, 1, 29); x.setUTCHours(25, 0, 0); x.setUTCMonth(12); x.setUTCDate(0);
console.log(x.toISOString(), x.setUTCMinutes(90).toString(), x.setTime(1e12), x.setMilliseconds(-1), x.setSeconds(NaN));
// -- text forms
const e = new Date('2024-07-04T05:06:07.008Z');
console.log(String(e)); console.log(e.toDateString()); console.log(e.toTimeString()); console.log(e.toUTCString()); console.log(e.toJSON()); console.log(JSON.stringify({ e }));
// -- differences in days and weeks
const day = 864e5;
const days = (a, b) => Math.round((Date.parse(b) - Date.parse(a)) / day);
console.log([days('2024-01-01', '2024-12-31'), days('2023-02-28', '2023-03-01'), days('2024-02-28', '2024-03-01'), days('1999-12-31', '2000-01-01')].join());
// -- iso week
const week = date => { const d = new Date(date); d.setUTCDate(d.getUTCDate() + 4 - (d.getUTCDay() || 7)); return Math.ceil(((d - Date.UTC(d.getUTCFullYear(), 0, 1)) / 864e5 + 1) / 7); };
console.log(['2024-01-01', '2021-01-03', '2020-12-31', '2023-06-15'].map(s => week(s)).join());
// -- add months clamped
const addMonths = (d, n) => { const r = new Date(d); const day = r.getUTCDate(); r.setUTCDate(1); r.setUTCMonth(r.getUTCMonth() + n); r.setUTCDate(Math.min(day, new Date(Date.UTC(r.getUTCFullYear(), r.getUTCMonth() + 1, 0)).getUTCDate())); return r; };
console.log([1, 2, -1, 13].map(n => addMonths(new Date('2024-01-31'), n).toISOString().slice(0, 10)).join(' '));
// -- format by hand
const pad = (n, w = 2) => String(n).padStart(w, '0');
const format = (d, f) => f.replace(/YYYY|MM|DD|HH|mm|ss|SSS|ddd|MMM/g, t => ({ YYYY: d.getUTCFullYear(), MM: pad(d.getUTCMonth() + 1), DD: pad(d.getUTCDate()), HH: pad(d.getUTCHours()), mm: pad(d.getUTCMinutes()), ss: pad(d.getUTCSeconds()), SSS: pad(d.getUTCMilliseconds(), 3), ddd: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][d.getUTCDay()], MMM: 'JanFebMarAprMayJunJulAugSepOctNovDec'.slice(d.getUTCMonth() * 3, d.getUTCMonth() * 3 + 3) })[t]);
console.log(format(new Date('2024-03-09T01:02:03.004Z'), 'ddd DD MMM YYYY HH:mm:ss.SSS MM'));
// -- a month's calendar
const month = (y, m) => { const first = new Date(Date.UTC(y, m, 1)).getUTCDay(), n = new Date(Date.UTC(y, m + 1, 0)).getUTCDate(); return [...Array(first).fill('  '), ...Array.from({ length: n }, (_, i) => String(i + 1).padStart(2))]; };
const cells = month(2024, 1);
for (let i = 0; i < cells.length; i += 7) console.log(cells.slice(i, i + 7).join(' '));
// -- coercion
const z = new Date(5);
console.log(z + 1 === z.toString() + '1', z - 1, +z, `${z}` === String(z), z > new Date(4), z == 5, typeof (z + z), z[Symbol.toPrimitive]('number'), new Date(new Date(7)).getTime(), new Date('7').getTime() === new Date(2001, 6, 1).getTime());
// -- limits
console.log(new Date(8.64e15).toISOString(), String(new Date(8.64e15 + 1).getTime()), new Date(-1).toISOString(), new Date(-62198755200000).toISOString(), new Date(1.9).getTime(), Object.is(new Date(-0.5).getTime(), 0));
try { new Date(NaN).toISOString(); } catch (err) { console.log(err.name); }
console.log(String(new Date(NaN)), String(new Date(NaN).toJSON()), new Date(undefined).getTime().toString(), new Date(null).getTime().toString());
// -- parsing what toString writes
const w = new Date('2024-07-04T05:06:07Z');
console.log([Date.parse(w.toString()), Date.parse(w.toUTCString()), Date.parse('Thu, 04 Jul 2024 05:06:07 GMT'), Date.parse('2024-07-04 05:06'), Date.parse('Jul 4, 2024'), Date.parse('July 4, 2024 10:00:00')].join());
// -- sort and group by day
const times = ['2024-01-02T10:00:00Z', '2024-01-01T23:59:59Z', '2024-01-02T00:00:00Z'].map(s => new Date(s));
times.sort((a, b) => a - b);
const groups = {};
for (const t of times) (groups[t.toISOString().slice(0, 10)] ||= []).push(t.getUTCHours());
console.log(JSON.stringify(groups));
// -- age and leap years
const age = (born, on) => { const b = new Date(born), o = new Date(on); return o.getUTCFullYear() - b.getUTCFullYear() - (o.getUTCMonth() < b.getUTCMonth() || (o.getUTCMonth() === b.getUTCMonth() && o.getUTCDate() < b.getUTCDate()) ? 1 : 0); };
console.log(age('2000-02-29', '2023-02-28'), age('2000-02-29', '2023-03-01'), [1900, 2000, 2023, 2024].filter(y => new Date(Date.UTC(y, 1, 29)).getUTCMonth() === 1).join());
// -- durations as text
const human = ms => [['d', 864e5], ['h', 36e5], ['m', 6e4], ['s', 1e3]].reduce(({ left, out }, [u, n]) => { const q = Math.floor(left / n); return { left: left - q * n, out: q ? [...out, q + u] : out }; }, { left: ms, out: [] }).out.join(' ') || '0s';
console.log([0, 999, 61000, 90061000, 864e5 * 2].map(human).join('; '));
