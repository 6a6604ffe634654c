// The script of every run: it does what its plan says, step by step, and its result has the plan's form.
const {id, plan} = inputs;
console.log('begin', {id});

const call = (tool, k, n) => callTool(tool, {id, k, n});
const caught = async (promise) => {
  try {
    return (await promise).v;
  } catch (e) {
    return e.code;
  }
};
const nest = async (depth, k) => (depth > 0 ? 1 + await nest(depth - 1, k) : (await call('echo', k, 0)).v);

const steps = {
  call: async (p) => (await call('echo', p.k, p.n)).v,
  effect: async (p) => (await call('effect', p.k, 0)).serial,
  slow: async (p) => (await call('slow', p.k, 0)).v,
  flaky: async (p) => (await call('flaky', p.k, 0)).v,
  once: (p) => caught(call('once', p.k, 0)),
  never: (p) => caught(call('never', p.k, 0)),
  fail: async (p) => {
    try {
      return await call('fail', p.k, p.n);
    } catch (e) {
      return [e instanceof Error, e.message, e.code, e.details];
    }
  },
  loop: async (p) => {
    let sum = 0;
    for (let i = 0; i < p.n; i++) sum += (await call('echo', `${p.k}.${i}`, i)).v;
    return sum;
  },
  fan: async (p) => {
    const calls = Array.from({length: p.n}, (_, i) => call('echo', `${p.k}.${i}`, i));
    return (await Promise.all(calls)).map((each) => each.v);
  },
  race: (p) => Promise.race(['echo', 'late', 'late'].map(async (tool, i) => [i, (await call(tool, `${p.k}.${i}`, i)).v])),
  nest: (p) => nest(p.n, p.k),
  sleep: async (p) => {
    await sleep(p.n);
    return p.n;
  },
  timers: async (p) => {
    const order = [];
    await Promise.all(p.n.map(async (ms) => {
      await sleep(ms);
      order.push(ms);
    }));
    return order;
  },
  random: async (p) => {
    const drawn = Math.random();
    console.log('random', {k: p.k, drawn});
    await call('echo', p.k, 0);
    return [drawn, Date.now() > 1e12];
  },
  print: (p) => {
    print(p.text);
    return p.text.length;
  },
  partial: (p) => {
    partialResult([p.k], p.n, {hasNext: true});
    return p.n;
  },
  spin: (p) => {
    let sum = 0;
    for (let i = 0; i < p.n; i++) sum += i & 7;
    return sum;
  },
  bump: (p) => {
    $state.set(p.key, ($state.get(p.key) ?? 0) + 1);
    return $state.get(p.key);
  },
  put: async (p) => {
    $state[p.key] = {by: id, k: p.k, list: [1, 'two', null, true]};
    await call('echo', p.k, 0);
    return [$state.has(p.key), $state[p.key].k];
  },
  show: () => Object.fromEntries($state.keys().map((key) => [key, $state.get(key)])),
  drop: (p) => {
    $state.delete(p.key);
    return $state.has(p.key);
  },
  all: (p) => Promise.all(p.of.map(step)),
  seq: async (p) => {
    const out = [];
    for (const each of p.of) out.push(await step(each));
    return out;
  },
  throw: (p) => {
    throw new Error(`thrown by ${p.k}`);
  },
};

async function step(p) {
  return steps[p.o](p);
}

return step(plan);
