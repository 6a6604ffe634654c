// Promises, the queue of microtasks, and `await` as a coroutine that yields.
//
// A promise's state is a record that only this file sees, kept under a hidden key. Records, reactions and jobs are linked by
// fields they are born with, so that nothing a script does to Array.prototype or Object.prototype is ever consulted here.
(function (host, global) {
  'use strict';

  var PENDING = 0, FULFILLED = 1, REJECTED = 2;
  var FOREIGN = 3; // no record of ours: `resolve` and `reject` of a promise that a script's class made
  var tidy = host.tidy; // functions that scripts meet are no constructors
  var SLOT = host.slot, current_thread = host.current_thread, resume = host.resume, yield_ = host.yield;

  // -- microtasks, in order

  var first_job = null, last_job = null;

  function enqueue(run, a, b) {
    var job = { run: run, a: a, b: b, next: null };
    if (last_job === null) first_job = job;
    else last_job.next = job;
    last_job = job;
  }

  function drain() {
    var job;
    while ((job = first_job) !== null) {
      first_job = job.next;
      if (first_job === null) last_job = null;
      job.run(job.a, job.b);
    }
    main.unhandled = first_unhandled === null ? null : find_unhandled();
  }

  // -- records

  function make_record() {
    return { state: PENDING, value: undefined, handled: false, first: null, last: null, next_unhandled: null };
  }

  function make_fulfilled(value) {
    return { state: FULFILLED, value: value, handled: false, first: null, last: null, next_unhandled: null };
  }

  var main = make_record();
  main.handled = true;
  main.unhandled = null; // what the machine reads beside `state` and `value`

  function settle(record, state, value) {
    var reaction = record.first;
    record.state = state;
    record.value = value;
    record.first = record.last = null;
    if (state === REJECTED && !record.handled) note_unhandled(record);
    while (reaction !== null) {
      enqueue(react, reaction, record);
      reaction = reaction.next;
    }
  }

  function reject(record, reason) {
    if (record.state === PENDING) settle(record, REJECTED, reason);
    else if (record.state === FOREIGN) call(record.reject, undefined, reason);
  }

  // The procedure of a resolve function: a promise or thenable is followed, anything else is the value.
  function resolve(record, value) {
    var inner, then;
    if (record.state !== PENDING) {
      if (record.state === FOREIGN) call(record.resolve, undefined, value);
      return;
    }
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) {
      settle(record, FULFILLED, value);
      return;
    }
    try {
      then = value.then;
    } catch (error) {
      settle(record, REJECTED, error);
      return;
    }
    inner = value[SLOT];
    if (inner !== undefined && then === Promise_then) {
      if (inner === record) settle(record, REJECTED, new TypeError_('a promise cannot be resolved with itself'));
      else enqueue(follow, inner, record);
    } else if (typeof then === 'function') {
      enqueue(follow_thenable, { thenable: value, then: then }, record);
    } else {
      settle(record, FULFILLED, value);
    }
  }

  function follow(inner, record) {
    subscribe(inner, undefined, undefined, record, null);
  }

  function follow_thenable(what, record) {
    var functions = resolving_functions(record);
    try {
      call(what.then, what.thenable, functions.resolve, functions.reject);
    } catch (error) {
      functions.reject(error);
    }
  }

  function resolving_functions(record) {
    var done = false;
    return {
      resolve: tidy(function (value) {
        if (done) return;
        done = true;
        resolve(record, value);
      }),
      reject: tidy(function (reason) {
        if (done) return;
        done = true;
        reject(record, reason);
      })
    };
  }

  function subscribe(record, on_value, on_error, target, thread) {
    var reaction = { on_value: on_value, on_error: on_error, target: target, thread: thread, next: null };
    record.handled = true;
    if (record.state !== PENDING) {
      enqueue(react, reaction, record);
      return;
    }
    if (record.last === null) record.first = reaction;
    else record.last.next = reaction;
    record.last = reaction;
  }

  function react(reaction, record) {
    var handler, value;
    if (reaction.thread !== null) {
      reaction.on_value(reaction.thread, reaction.target);
      return;
    }
    handler = record.state === FULFILLED ? reaction.on_value : reaction.on_error;
    if (typeof handler !== 'function') {
      if (record.state === FULFILLED) resolve(reaction.target, record.value);
      else reject(reaction.target, record.value);
      return;
    }
    try {
      value = handler(record.value);
    } catch (error) {
      reject(reaction.target, error);
      return;
    }
    resolve(reaction.target, value);
  }

  // -- rejections that nobody looked at; they fail the run when it ends, as a later `await` may still come

  var first_unhandled = null;

  function note_unhandled(record) {
    record.next_unhandled = first_unhandled;
    first_unhandled = record;
  }

  // The oldest one; the list starts anew when all were handled meanwhile.
  function find_unhandled() {
    var oldest = null, record;
    for (record = first_unhandled; record !== null; record = record.next_unhandled)
      if (!record.handled) oldest = record;
    if (oldest === null) first_unhandled = null;
    return oldest;
  }

  // -- coroutines

  // Set by the coroutine that yields, taken by whoever resumed it: the record it waits for, or DIRECT when it goes on with
  // what it has once its turn comes.
  var awaited = null, DIRECT = { state: FULFILLED, value: undefined, handled: true, first: null, last: null, next_unhandled: null };

  // What a coroutine waits for that whoever has it goes on with by hand: an async generator at a yield.
  var PARKED = make_record();

  function wait(record, thread, target, go_on) {
    awaited = null;
    if (record === PARKED) return;
    if (record.state !== PENDING) {
      record.handled = true;
      enqueue(go_on, thread, target);
    } else {
      subscribe(record, go_on, undefined, target, thread);
    }
  }

  // The coroutine that the queue itself resumed. While no job stands in the queue nothing else would run between its
  // waiting and its going on, so it does not wait for what is settled.
  var from_queue = null;

  function advance(thread, target) {
    from_queue = thread;
    run(thread, target);
    from_queue = null;
  }

  function run(thread, target) {
    var value;
    try {
      value = resume(thread);
    } catch (error) {
      awaited = null;
      reject(target, error);
      return;
    }
    if (awaited !== null) wait(awaited, thread, target, advance);
    else resolve(target, value);
  }

  // Async functions run in coroutines that serve one after the other. A call that is to be made, and how it ended, go
  // through these.
  var IDLE_MOST = 8, idle = null, idle_count = 0;
  var code_, self_, values_, has_ended = false, has_failed = false, Thread = host.thread, apply = Reflect.apply;

  function serve() {
    var value;
    for (;;) {
      try {
        value = apply(code_, self_, values_);
        has_failed = false;
      } catch (error) {
        value = error;
        has_failed = true;
      }
      has_ended = true;
      yield_(value);
    }
  }

  function go_on(thread, target) {
    var value = resume(thread);
    if (!has_ended) {
      wait(awaited, thread, target, go_on_from_queue);
      return;
    }
    has_ended = false;
    if (idle_count < IDLE_MOST) {
      idle = { thread: thread, next: idle };
      idle_count++;
    }
    if (has_failed) reject(target, value);
    else resolve(target, value);
  }

  function go_on_from_queue(thread, target) {
    from_queue = thread;
    go_on(thread, target);
    from_queue = null;
  }

  // Calls an async function's body; its promise.
  host.start_async = function (code, self, values) {
    var record = make_record(), thread;
    if (idle === null) {
      thread = new Thread(serve);
    } else {
      thread = idle.thread;
      idle = idle.next;
      idle_count--;
    }
    code_ = code;
    self_ = self;
    values_ = values;
    go_on(thread, record);
    return promise_of(record);
  };

  function record_of(value) {
    var record;
    if (value !== null && (typeof value === 'object' || typeof value === 'function')) {
      record = value[SLOT];
      if (record !== undefined) return record;
    }
    record = make_record();
    resolve(record, value);
    return record;
  }

  function need_not_wait() {
    return first_job === null && from_queue !== null && current_thread() === from_queue;
  }

  function await_(value) {
    var record;
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) {
      if (need_not_wait()) return value;
      awaited = DIRECT;
      yield_();
      return value;
    }
    record = value[SLOT];
    if (record === undefined) record = record_of(value);
    if (record.state !== PENDING && need_not_wait()) {
      record.handled = true;
    } else {
      awaited = record;
      yield_();
    }
    if (record.state === REJECTED) throw record.value;
    return record.value;
  }

  // -- the Promise that scripts see

  var TypeError_ = TypeError, AggregateError_ = AggregateError, define = Object.defineProperty;
  var call = host.call, own_element = host.define, is_plain_list = host.is_plain_list, is_constructor = host.is_constructor;
  var SYMBOL_ITERATOR = Symbol.iterator, SYMBOL_SPECIES = Symbol.species;

  function Blank() {}

  function promise_of(record) {
    var promise = new Blank();
    promise[SLOT] = record;
    return promise;
  }

  function is_object(value) {
    return typeof value === 'object' ? value !== null : typeof value === 'function';
  }

  function Promise(executor) {
    var record, functions;
    if (!(this instanceof Promise) || this[SLOT] !== undefined) throw new TypeError_('Promise needs new');
    if (typeof executor !== 'function') throw new TypeError_('Promise needs a function');
    record = this[SLOT] = make_record();
    functions = resolving_functions(record);
    try {
      executor(functions.resolve, functions.reject);
    } catch (error) {
      functions.reject(error);
    }
  }
  Blank.prototype = Promise.prototype;
  var prototype = Promise.prototype;

  // A promise that `constructor` makes, and what settles it.
  function capability(constructor) {
    var record, result;
    if (constructor === Promise) {
      record = make_record();
      return { promise: promise_of(record), record: record };
    }
    if (!is_constructor(constructor)) throw new TypeError_('promises are made by a constructor');
    record = { state: FOREIGN, resolve: undefined, reject: undefined };
    result = { promise: undefined, record: record };
    result.promise = new constructor(tidy(function (resolve, reject) {
      if (record.resolve !== undefined || record.reject !== undefined) throw new TypeError_('a promise is given its functions once');
      record.resolve = resolve;
      record.reject = reject;
    }));
    if (typeof record.resolve !== 'function' || typeof record.reject !== 'function')
      throw new TypeError_('a promise is given two functions');
    return result;
  }

  function required(promise) {
    var record = promise === null || promise === undefined ? undefined : promise[SLOT];
    if (record === undefined) throw new TypeError_('this is not a Promise');
    return record;
  }

  function species_of(promise) {
    var constructor = promise.constructor, species;
    if (constructor === Promise && untouched_species()) return Promise;
    if (constructor === undefined) return Promise;
    if (!is_object(constructor)) throw new TypeError_('the constructor of a promise is an object');
    species = constructor[SYMBOL_SPECIES];
    if (species === undefined || species === null) return Promise;
    if (!is_constructor(species)) throw new TypeError_('the species of a promise is a constructor');
    return species;
  }

  function untouched_species() {
    return Promise[SYMBOL_SPECIES] === Promise;
  }

  function Promise_then(on_value, on_error) {
    var record = required(this), target = capability(species_of(this));
    subscribe(record, on_value, on_error, target.record, null);
    return target.promise;
  }

  function Promise_catch(on_error) {
    return this.then(undefined, on_error);
  }

  function Promise_finally(on_end) {
    var constructor;
    if (!is_object(this)) throw new TypeError_('this is not a Promise');
    constructor = species_of(this);
    if (typeof on_end !== 'function') return this.then(on_end, on_end);
    return this.then(
      tidy(function (value) {
        return resolved(constructor, on_end()).then(tidy(function () { return value; }));
      }),
      tidy(function (reason) {
        return resolved(constructor, on_end()).then(tidy(function () { throw reason; }));
      }));
  }

  function resolved(constructor, value) {
    var made;
    if (!is_object(value)) {
      if (constructor === Promise) return promise_of(make_fulfilled(value));
    } else if (value[SLOT] !== undefined && value.constructor === constructor) {
      return value;
    }
    made = capability(constructor);
    resolve(made.record, value);
    return made.promise;
  }

  function Promise_resolve(value) {
    if (!is_object(this)) throw new TypeError_('promises are made by a constructor');
    return resolved(this, value);
  }

  function Promise_reject(reason) {
    var made = capability(this);
    reject(made.record, reason);
    return made.promise;
  }

  function Promise_withResolvers() {
    var made = capability(this), functions = made.record.state === FOREIGN ? made.record : resolving_functions(made.record);
    return { promise: made.promise, resolve: functions.resolve, reject: functions.reject };
  }

  // Hands each element of an iterable to `body`; an iterator is closed when that throws.
  function for_each_of(values, body) {
    var i, method, iterator, next, result, value;
    if (is_plain_list(values)) {
      for (i = 0; i < values.length; i++) body(values[i]);
      return;
    }
    method = values[SYMBOL_ITERATOR];
    if (typeof method !== 'function') throw new TypeError_('an iterable of promises is needed, an array say');
    iterator = call(method, values);
    if (!is_object(iterator)) throw new TypeError_('an iterator has to be an object');
    next = iterator.next;
    for (;;) {
      result = call(next, iterator);
      if (!is_object(result)) throw new TypeError_("an iterator's result has to be an object");
      if (result.done) return;
      value = result.value;
      try {
        body(value);
      } catch (error) {
        close(iterator);
        throw error;
      }
    }
  }

  function close(iterator) {
    try {
      var method = iterator.return;
      if (method !== undefined && method !== null) call(method, iterator);
    } catch (ignored) {
      // what the body threw counts
    }
  }

  // What all, allSettled, any and race have in common: `watch(next, index, made, left)` subscribes to one element.
  function combine(constructor, values, watch, end) {
    var made = capability(constructor), index = 0, left = { count: 1 }, resolve_one;
    try {
      resolve_one = constructor.resolve;
      if (typeof resolve_one !== 'function') throw new TypeError_('the constructor has no function resolve');
      for_each_of(values, function (value) {
        var next = resolve_one === own_resolve && constructor === Promise ? resolved(Promise, value)
                                                                          : call(resolve_one, constructor, value);
        left.count++;
        watch(next, index++, made, left);
      });
      if (--left.count === 0) end(made);
    } catch (error) {
      reject(made.record, error);
    }
    return made.promise;
  }

  // A promise of ours whose `then` nobody changed needs none for what `then` would answer.
  function follow_one(next, on_value, on_error) {
    var then = next.then, record = is_object(next) ? next[SLOT] : undefined;
    if (then === Promise_then && record !== undefined && next.constructor === Promise && untouched_species())
      subscribe(record, on_value, on_error, make_record(), null);
    else call(then, next, on_value, on_error);
  }

  function settler(made, left, results, index, wrap, end) {
    var called = false;
    own_element(results, index, undefined);
    return tidy(function (value) {
      if (called) return;
      called = true;
      own_element(results, index, wrap === null ? value : wrap(value));
      if (--left.count === 0) end(made);
    });
  }

  // What settles the promise of a capability, made once.
  function rejecter(made) {
    if (made.record.state === FOREIGN) return made.record.reject;
    if (made.reject === undefined) made.reject = tidy(function (reason) { reject(made.record, reason); });
    return made.reject;
  }

  function resolver(made) {
    if (made.record.state === FOREIGN) return made.record.resolve;
    if (made.resolve === undefined) made.resolve = tidy(function (value) { resolve(made.record, value); });
    return made.resolve;
  }

  function Promise_all(values) {
    var results = [];
    function end(made) { resolve(made.record, results); }
    return combine(this, values, function (next, index, made, left) {
      follow_one(next, settler(made, left, results, index, null, end), rejecter(made));
    }, end);
  }

  function fulfilled_entry(value) { return { status: 'fulfilled', value: value }; }
  function rejected_entry(reason) { return { status: 'rejected', reason: reason }; }

  function Promise_allSettled(values) {
    var results = [];
    function end(made) { resolve(made.record, results); }
    return combine(this, values, function (next, index, made, left) {
      var called = false;
      own_element(results, index, undefined);
      function settled(entry) {
        return tidy(function (value) {
          if (called) return;
          called = true;
          own_element(results, index, entry(value));
          if (--left.count === 0) end(made);
        });
      }
      follow_one(next, settled(fulfilled_entry), settled(rejected_entry));
    }, end);
  }

  function Promise_any(values) {
    var errors = [];
    function end(made) {
      var error = new AggregateError_([], 'all promises were rejected');
      define(error, 'errors', { value: errors });
      reject(made.record, error);
    }
    return combine(this, values, function (next, index, made, left) {
      follow_one(next, resolver(made), settler(made, left, errors, index, null, end));
    }, end);
  }

  function Promise_race(values) {
    return combine(this, values, function (next, index, made) {
      follow_one(next, resolver(made), rejecter(made));
    }, function () {});
  }

  function queueMicrotask(callback) {
    if (typeof callback !== 'function') throw new TypeError_('queueMicrotask needs a function');
    enqueue(run_microtask, callback, null);
  }

  function run_microtask(callback) {
    try {
      callback();
    } catch (error) {
      reject(make_record(), error); // nobody can handle it: it fails the run
    }
  }

  host.publish(prototype, { then: Promise_then, catch: Promise_catch, finally: Promise_finally });
  host.publish(Promise, { resolve: Promise_resolve, reject: Promise_reject, all: Promise_all, allSettled: Promise_allSettled,
                          any: Promise_any, race: Promise_race, withResolvers: Promise_withResolvers });
  var own_resolve = Promise_resolve;
  define(Promise, 'prototype', { writable: false });
  define(Promise, 'length', { value: 1 });
  host.add_species(Promise);
  define(prototype, Symbol.toStringTag, { value: 'Promise', configurable: true });
  host.publish(global, { Promise: Promise, queueMicrotask: queueMicrotask });

  host.await = await_;
  // Of a coroutine that somebody else's code resumes: that code goes on before what the coroutine waits for.
  host.advance = function (thread, target) {
    var outer = from_queue;
    from_queue = null;
    run(thread, target);
    from_queue = outer;
  };
  host.park = function () {
    awaited = PARKED;
    yield_();
  };
  host.make_record = make_record;
  host.promise_of = promise_of;
  host.settle_record = function (record, ok, value) {
    if (ok) resolve(record, value);
    else reject(record, value);
  };
  // Called by the machine: both answer the main record.
  host.begin = function () {
    advance(host.main, main);
    drain();
    return main;
  };
  host.drain = function () {
    drain();
    return main;
  };
})
