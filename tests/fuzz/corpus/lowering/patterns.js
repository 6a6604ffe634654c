const it = { [Symbol.iterator]() { return { next: () => ({ value: 1, done: false }), return() { console.log('closed'); return {}; } }; } };
try { const [a = 1, b = (() => { throw 2; })(), { c } = {}] = [1]; } catch (e) { console.log(e); }
try { [it.x.y] = it; } catch (e) { console.log(e.name); }
const { x, ...rest } = { x: 1, y: 2, ['z']: 3 }; console.log(JSON.stringify(rest)); ((p, [q] = [2], ...r) => console.log(p, q, r))(1, it, 3);
