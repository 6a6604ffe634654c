// Promises, the queue of microtasks, and `await` as a coroutine that yields.
//
// A promise's state is a record that only this file sees, kept under a hidden key. Records, reactions and jobs are linked by
// fields they are born with, so that nothing a script does to Array.prototype or Object.prototype is ever consulted here.
(function (host, global) {
  'use strict';

  var PENDING = 0, FULFILLED = 1, REJECTED = 2;
  var SLOT = host.slot, resume = host.resume, yield_ = host.yield;

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
  }

  // The procedure of a resolve function: a promise or thenable is followed, anything else is the value.
  function resolve(record, value) {
    var inner, then;
    if (record.state !== PENDING) return;
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
      resolve: function (value) {
        if (done) return;
        done = true;
        resolve(record, value);
      },
      reject: function (reason) {
        if (done) return;
        done = true;
        reject(record, reason);
      }
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
      advance(reaction.thread, reaction.target);
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

  var awaited = null; // set by the coroutine that yields, taken by whoever resumed it

  function advance(thread, target) {
    var value, record;
    try {
      value = resume(thread);
    } catch (error) {
      awaited = null;
      reject(target, error);
      return;
    }
    record = awaited;
    if (record !== null) {
      awaited = null;
      subscribe(record, undefined, undefined, target, thread);
    } else {
      resolve(target, value);
    }
  }

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

  function await_(value) {
    var record = record_of(value);
    awaited = record;
    try {
      yield_();
    } catch (error) {
      awaited = null;
      throw new TypeError_('await cannot be used here: it is called from a built-in function, a getter or a promise callback');
    }
    if (record.state === REJECTED) throw record.value;
    return record.value;
  }

  // -- the Promise that scripts see

  var TypeError_ = TypeError, Error_ = Error, is_array = Array.isArray, define = Object.defineProperty;
  var call = host.call, own_element = host.define;

  function Blank() {}

  function promise_of(record) {
    var promise = new Blank();
    promise[SLOT] = record;
    return promise;
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

  function required(promise) {
    var record = promise === null || promise === undefined ? undefined : promise[SLOT];
    if (record === undefined) throw new TypeError_('this is not a Promise');
    return record;
  }

  function Promise_then(on_value, on_error) {
    var target = make_record();
    subscribe(required(this), on_value, on_error, target, null);
    return promise_of(target);
  }

  function Promise_catch(on_error) {
    return this.then(undefined, on_error);
  }

  function Promise_finally(on_end) {
    if (typeof on_end !== 'function') return this.then(on_end, on_end);
    return this.then(
      function (value) {
        return resolved(on_end()).then(function () { return value; });
      },
      function (reason) {
        return resolved(on_end()).then(function () { throw reason; });
      });
  }

  function resolved(value) {
    var record;
    if (value !== null && typeof value === 'object' && value[SLOT] !== undefined) return value;
    record = make_record();
    resolve(record, value);
    return promise_of(record);
  }

  function rejected(reason) {
    var record = make_record();
    reject(record, reason);
    return promise_of(record);
  }

  function list_of(values) {
    if (!is_array(values)) throw new TypeError_('an array of promises is needed');
    return values;
  }

  // What all, allSettled and any have in common: `each` is told the position and how an element ended; `end` when all have.
  function combine(values, each, end) {
    var result = make_record(), list, left, i;
    function watch(index) {
      subscribe(record_of(list[index]),
        function (value) { if (each(result, index, FULFILLED, value)) finish(); },
        function (reason) { if (each(result, index, REJECTED, reason)) finish(); },
        make_record(), null);
    }
    function finish() {
      if (--left === 0) end(result);
    }
    try {
      list = list_of(values);
      left = list.length + 1;
      for (i = 0; i < list.length; i++) watch(i);
      finish();
    } catch (error) {
      reject(result, error);
    }
    return promise_of(result);
  }

  function Promise_all(values) {
    var results = [];
    return combine(values, function (result, index, state, value) {
      if (state === REJECTED) {
        reject(result, value);
        return false;
      }
      own_element(results, index, value);
      return true;
    }, function (result) { resolve(result, results); });
  }

  function Promise_allSettled(values) {
    var results = [];
    return combine(values, function (result, index, state, value) {
      own_element(results, index, state === FULFILLED ? { status: 'fulfilled', value: value }
                                                     : { status: 'rejected', reason: value });
      return true;
    }, function (result) { resolve(result, results); });
  }

  function Promise_any(values) {
    var errors = [];
    return combine(values, function (result, index, state, value) {
      if (state === FULFILLED) {
        resolve(result, value);
        return false;
      }
      own_element(errors, index, value);
      return true;
    }, function (result) {
      var error = new Error_('all promises were rejected');
      error.name = 'AggregateError';
      error.errors = errors;
      reject(result, error);
    });
  }

  function Promise_race(values) {
    var result = make_record(), list, i;
    try {
      list = list_of(values);
      for (i = 0; i < list.length; i++) subscribe(record_of(list[i]), undefined, undefined, result, null);
    } catch (error) {
      reject(result, error);
    }
    return promise_of(result);
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

  host.publish(Promise.prototype, { then: Promise_then, catch: Promise_catch, finally: Promise_finally });
  host.publish(Promise, { resolve: function resolve(value) { return resolved(value); },
                          reject: function reject(reason) { return rejected(reason); },
                          all: Promise_all, allSettled: Promise_allSettled, any: Promise_any, race: Promise_race });
  define(Promise, 'prototype', { writable: false });
  define(Promise.prototype, Symbol.toStringTag, { value: 'Promise', configurable: true });
  host.publish(global, { Promise: Promise, queueMicrotask: queueMicrotask });

  host.await = await_;
  host.advance = advance;
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
