// -- url parts
const u = new URL('https://user:pa%20ss@Example.COM:8443/a/./b/../c%20d?x=1&y=a+b&x=2#frag ment');
console.log([u.href, u.origin, u.protocol, u.username, u.password, u.host, u.hostname, u.port, u.pathname, u.search, u.hash].join('\n'));
u.port = '443'; u.pathname = '/new path'; u.hash = ''; u.searchParams.append('z', 'ü&='); u.hostname = 'other.org'; console.log(u.href, String(u), JSON.stringify({ u }));
// -- relative urls
for (const [r, b] of [['../x', 'http://h/a/b/c'], ['//other/p', 'https://h/'], ['?q', 'http://h/a?b#c'], ['#f', 'http://h/a?b'], ['/abs', 'http://h:80/a'], ['http:foo', 'http://h/a/b'], ['', 'http://h/a/b']]) console.log(new URL(r, b).href);
for (const bad of ['nope', '/only', 'http://', 'http://a b/', 'http://[::1', 'http://h:99999']) try { new URL(bad); console.log('fine', bad); } catch (e) { console.log(e.name, bad); } console.log(URL.canParse?.('http://x') ?? true);
// -- search parameters
const q = new URLSearchParams('?a=1&b=%20x+y&a=2&empty&=novalue&c=%zz'); console.log(q.toString(), q.get('a'), q.getAll('a').join(), String(q.get('none')), q.has('empty'), JSON.stringify([...q])); q.set('a', '9'); q.delete('c'); q.append('n', 5); q.sort(); console.log(String(q), new URLSearchParams({ k: 'v w', l: 1 }).toString(), new URLSearchParams([['p', '1'], ['p', '2']]).toString(), new URLSearchParams(new Map([['m', '~*-._!\'()']])).toString()); for (const [k, v] of new URLSearchParams('x=1&y=2')) console.log(k, v);
// -- uri functions
console.log(encodeURIComponent('a b&c=d/é€😀~!*()\''), encodeURI('http://x/a b?q=é#h[]'), decodeURIComponent('%E2%82%AC%20%41'), decodeURI('%2F%20%41'), encodeURIComponent('')); for (const bad of ['%', '%zz', '%ff', '%e2%82']) try { decodeURIComponent(bad); } catch (e) { console.log(e.name); } try { encodeURIComponent('\ud800'); } catch (e) { console.log(e.name); }
// -- globals and what typeof says of them
console.log(['Promise', 'Map', 'Symbol', 'Proxy', 'Reflect', 'WeakRef', 'structuredClone', 'queueMicrotask', 'setTimeout', 'clearTimeout', 'URL', 'URLSearchParams', 'TextEncoder', 'TextDecoder', 'atob', 'btoa', 'JSON', 'Math', 'globalThis', 'console', 'AggregateError', 'DataView'].map(n => typeof globalThis[n]).join(), globalThis === globalThis.globalThis, typeof undefinedGlobal, delete globalThis.nothing);
globalThis.shared = 5; console.log(shared, 'shared' in globalThis); delete globalThis.shared; console.log(typeof shared); console.log(Object.getOwnPropertyDescriptor(globalThis, 'NaN').writable, Object.keys(globalThis).includes('Array'));
// -- randomness in shape only
const uuid = crypto.randomUUID(); console.log(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(uuid), crypto.getRandomValues(new Uint8Array(4)).length, Math.random() < 1, new Set(Array.from({ length: 50 }, () => crypto.randomUUID())).size);
// -- encoders
const e = new TextEncoder(); console.log(e.encoding, e.encode('').length, e.encode().length, new TextDecoder('utf-8').encoding, new TextDecoder().decode(), new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x41])), new TextDecoder('utf-8', { ignoreBOM: true }).decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x41])).length); try { new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([0xff])); } catch (x) { console.log(x.name); } console.log(JSON.stringify(e.encodeInto('a€', new Uint8Array(3))), new TextDecoder().decode(new Uint8Array([65, 66, 67]).buffer), new TextDecoder().decode(new DataView(new Uint8Array([65, 66]).buffer, 1)));
// -- function methods
const f = function (a, b) { return [this?.x, a, b].join(); }; console.log(f.call({ x: 1 }, 2, 3), f.apply({ x: 1 }, [2]), f.bind({ x: 1 }, 2)(3), f.bind({ x: 1 }).bind({ x: 9 })(), new (f.bind(null))() instanceof f, f.apply(null, { length: 2, 0: 'p', 1: 'q' }), f.length, f.bind(0, 1).name, Math.max.apply(null, [1, 5, 2]), (function () { return typeof this; }).call('s'), Function.prototype.call.call(f, { x: 'c' }, 1));
// -- sorting natural and by locale rules
console.log(['item10', 'item9', 'Item1'].sort((a, b) => { const n = s => +/\d+/.exec(s)[0]; return n(a) - n(b); }).join(), ['b', 'a', 'C', 'A', 'B', 'c'].sort((a, b) => a.localeCompare(b)).join(), ['é', 'z', 'e', 'a'].sort((a, b) => a.localeCompare(b)).join(), [3, 20, 100].sort().join(), ['a10', 'a9', 'a1'].sort((a, b) => a.localeCompare(b, undefined, { numeric: true })).join());
