a: for (const x of [1, 2]) { try { for (;;) { if (x > 1) break a; continue a; } } finally { console.log('f' + x); } } switch (3) { default: console.log('d'); case 4: break; }
const t = (s, ...v) => s.raw.join() + v; console.log(t`a${1}b`, null ?? 2, ({ a: { b: () => 4 } })?.a?.b?.(), 2 ** 3); try { q; let q; } catch (e) { console.log(e.name); }
