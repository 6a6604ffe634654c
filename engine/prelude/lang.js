// What lowered code calls (engine/lang/lower.hpp): each helper is a constant of the functions that use it, so a script never
// sees or replaces one. This file runs last, when the built-ins that it keeps are complete.
(function (host, global) {
  'use strict';

  var helpers = host.helpers, call = host.call;
  var TypeError_ = TypeError, ReferenceError_ = ReferenceError, SyntaxError_ = SyntaxError, Error_ = Error;
  var Object_ = Object, Array_ = Array, String_ = String, Symbol_ = Symbol;
  var define = Object.defineProperty, freeze = Object.freeze, is_array = Array.isArray;
  var prototype_of = Object.getPrototypeOf, set_prototype = Object.setPrototypeOf, create = Object.create;
  var descriptor_of = Object.getOwnPropertyDescriptor, names_of = Object.getOwnPropertyNames;
  var symbols_of = Object.getOwnPropertySymbols, own = Object.prototype.hasOwnProperty;
  var is_enumerable = Object.prototype.propertyIsEnumerable;
  var construct = Reflect.construct, apply = Reflect.apply;
  var SYMBOL_ITERATOR = Symbol.iterator, own_keys = Reflect.ownKeys;
  if (!Symbol.asyncIterator) define(Symbol, 'asyncIterator', { value: Symbol('Symbol.asyncIterator') });
  var SYMBOL_ASYNC_ITERATOR = Symbol.asyncIterator, current_thread = host.current_thread;
  var slice = Array.prototype.slice;
  var own_element = host.define;

  function is_object(value) {
    return value !== null && (typeof value === 'object' || typeof value === 'function');
  }

  // -- variables

  helpers.$$dead = host.dead = { dead: true };
  var dead = helpers.$$dead;

  helpers.$$tdz = function (name) {
    throw new ReferenceError_("cannot access '" + name + "' before initialization");
  };
  helpers.$$live = function (before, name, value) {
    if (before === dead) throw new ReferenceError_("cannot access '" + name + "' before initialization");
    return value;
  };
  helpers.$$constant = function (value, name) {
    throw new TypeError_("assignment to constant '" + name + "'");
  };
  helpers.$$global = function (name) {
    if (!(name in global)) throw new ReferenceError_("identifier '" + name + "' undefined");
    return global[name];
  };
  helpers.$$setglobal = function (name, value) {
    if (!(name in global)) throw new ReferenceError_("identifier '" + name + "' undefined");
    return (global[name] = value);
  };
  helpers.$$known = function (name) { return global[name]; };
  helpers.$$iterations = function () { host.too_many_iterations(); };

  // -- text

  helpers.$$str = function (value) {
    if (typeof value === 'string') return value;
    if (typeof value === 'symbol') throw new TypeError_('cannot convert a Symbol to a string');
    return String_(value);
  };
  helpers.$$template = function (cooked, raw) {
    define(cooked, 'raw', { value: freeze(raw) });
    return freeze(cooked);
  };

  // -- calls

  helpers.$$apply = apply;
  helpers.$$construct = construct;

  // -- iteration

  var array_values = SYMBOL_ITERATOR ? Array.prototype[SYMBOL_ITERATOR] : undefined;
  var array_prototype = Array.prototype;
  var array_iterator = array_values ? prototype_of([][SYMBOL_ITERATOR]()) : null;
  var array_next = array_iterator ? array_iterator.next : undefined;

  // Nothing a script did has changed how it is iterated.
  function is_plain_array(list) {
    return is_array(list) && list[SYMBOL_ITERATOR] === array_values && array_iterator.next === array_next;
  }

  function not_iterable(value) {
    return new TypeError_(describe(value) + ' is not iterable');
  }
  function describe(value) {
    if (value === null || value === undefined) return String_(value);
    if (typeof value === 'string') return 'a string';
    return typeof value === 'object' ? 'the object' : typeof value === 'function' ? 'the function' : String_(value);
  }

  function iterator_of(value) {
    var method, iterator;
    if (value === null || value === undefined) throw not_iterable(value);
    method = value[SYMBOL_ITERATOR];
    if (typeof method !== 'function') throw not_iterable(value);
    iterator = call(method, value);
    if (!is_object(iterator)) throw new TypeError_('the iterator is not an object');
    return { iterator: iterator, next: iterator.next, done: false, value: undefined };
  }

  function step(it) {
    var result;
    it.value = undefined;
    it.done = true; // while its methods run: an iterator that fails is not closed
    result = call(it.next, it.iterator);
    if (!is_object(result)) throw new TypeError_('the iterator result is not an object');
    if (result.done) return false;
    it.value = result.value;
    it.done = false;
    return true;
  }

  function close(it) {
    var method, result;
    if (it.done) return;
    it.done = true;
    method = it.iterator.return;
    if (method === undefined || method === null) return;
    result = call(method, it.iterator);
    if (!is_object(result)) throw new TypeError_('the iterator result is not an object');
  }

  // As the specification does it when something was thrown already, which stays.
  function close_quietly(it) {
    var method;
    if (it.done) return;
    it.done = true;
    try {
      method = it.iterator.return;
      if (method !== undefined && method !== null) call(method, it.iterator);
    } catch (ignored) {
      // the first error stays
    }
  }

  function abort(it, error) {
    if (it !== null && error !== gone) close_quietly(it);
    throw error;
  }

  var of_arguments = { value: array_values, writable: true, enumerable: false, configurable: true };
  set_prototype(of_arguments, null);
  helpers.$$arguments_of = function (list) {
    define(list, SYMBOL_ITERATOR, of_arguments);
  };
  helpers.$$iterate = function (value) { return is_plain_array(value) ? null : iterator_of(value); };
  helpers.$$open = iterator_of;
  helpers.$$step = step;
  helpers.$$close = close;
  helpers.$$abort = abort;
  // An array pattern takes one after the other of what it is given. `outer` is the pattern around it that is open; the
  // elements of an array are taken by their numbers.
  helpers.$$pattern = function (value, outer) {
    var it;
    if (is_plain_array(value))
      return { iterator: null, next: null, done: false, value: undefined, outer: outer, list: value, at: 0 };
    it = iterator_of(value);
    it.outer = outer;
    it.list = null;
    return it;
  };
  function close_pattern(it) {
    if (it.list === null) close(it);
    else it.done = true;
  }
  // A statement failed with open patterns, or a generator was told to return inside them.
  helpers.$$unwind = function (it, error) {
    for (; it !== undefined; it = it.outer) {
      if (error === gone) {
        try {
          close_pattern(it);
        } catch (other) {
          error = other;
        }
      } else if (it.list === null) {
        close_quietly(it);
      }
    }
    throw error;
  };
  helpers.$$next = function (it) {
    if (it.done) return undefined;
    if (it.list === null) return step(it) ? it.value : undefined;
    if (it.at < it.list.length) return it.list[it.at++];
    it.done = true;
    return undefined;
  };
  helpers.$$end = function (it) {
    close_pattern(it);
    return it.outer;
  };
  helpers.$$remaining = function (it) {
    var result = [], n = 0;
    if (it.done) return result;
    if (it.list !== null) while (it.at < it.list.length) own_element(result, n++, it.list[it.at++]);
    else while (step(it)) own_element(result, n++, it.value);
    it.done = true;
    return result;
  };

  function all_of(value) {
    var it, result, n;
    if (is_plain_array(value)) {
      n = value.length;
      result = call(slice, value);
      for (it = 0; it < n; it++) if (!(it in result)) own_element(result, it, undefined);
      return result;
    }
    it = iterator_of(value);
    result = [];
    n = 0;
    while (step(it)) own_element(result, n++, it.value);
    return result;
  }
  helpers.$$spread = all_of;
  helpers.$$join = function () {
    var result = [], n = 0, i, k, part;
    for (i = 0; i < arguments.length; i++) {
      part = arguments[i];
      for (k = 0; k < part.length; k++, n++) if (k in part) own_element(result, n, part[k]);
    }
    result.length = n;
    return result;
  };
  // What destructuring looks at: the first elements, or all of them.
  helpers.$$take = function (value, count) {
    var it, result, n;
    if (is_plain_array(value)) return value;
    it = iterator_of(value);
    result = [];
    n = 0;
    while ((count === undefined || n < count) && step(it)) own_element(result, n++, it.value);
    close(it);
    return result;
  };
  helpers.$$slice = function (list, from) {
    var result = [], n = 0, i;
    for (i = from; i < list.length; i++) own_element(result, n++, list[i]);
    return result;
  };

  // -- objects

  helpers.$$coercible = function (value) {
    if (value === null || value === undefined) throw new TypeError_('cannot destructure ' + value);
  };
  function to_key(value) {
    if (typeof value === 'symbol') return value;
    if (is_object(value)) {
      value = to_primitive(value);
      if (typeof value === 'symbol') return value;
    }
    return String_(value);
  }
  function to_primitive(value) {
    var method = Symbol_.toPrimitive ? value[Symbol_.toPrimitive] : undefined, result;
    if (method !== undefined && method !== null) {
      if (typeof method !== 'function') throw new TypeError_('Symbol.toPrimitive is not a function');
      result = call(method, value, 'string');
      if (is_object(result)) throw new TypeError_('cannot convert an object to a property key');
      return result;
    }
    method = value.toString;
    if (typeof method === 'function') {
      result = call(method, value);
      if (!is_object(result)) return result;
    }
    method = value.valueOf;
    if (typeof method === 'function') {
      result = call(method, value);
      if (!is_object(result)) return result;
    }
    throw new TypeError_('cannot convert an object to a property key');
  }
  helpers.$$key = to_key;
  helpers.$$keyof = function (object, key) {
    if (object === null || object === undefined) throw new TypeError_("cannot read property of " + object);
    return to_key(key);
  };
  function copy(target, source, without) {
    var keys, i, k;
    if (source === null || source === undefined) return target;
    source = Object_(source);
    keys = own_keys(source);
    for (i = 0; i < keys.length; i++) {
      k = keys[i];
      if (without !== undefined && has(without, k)) continue;
      if (call(is_enumerable, source, k)) define_own(target, k, source[k]);
    }
    return target;
  }
  function has(list, key) {
    for (var i = 0; i < list.length; i++) if (list[i] === key) return true;
    return false;
  }
  function define_own(target, key, value) {
    define(target, key, { value: value, writable: true, enumerable: true, configurable: true });
  }
  helpers.$$copy = copy;
  helpers.$$rest = function (source, without) { return copy({}, source, without); };
  helpers.$$define = function (target, key, value, names) {
    if (names) name_function(value, key, '');
    define_own(target, key, value);
  };
  helpers.$$proto = function (target, value) {
    if (value === null || is_object(value)) set_prototype(target, value);
  };
  helpers.$$ogetter = function (target, key, get, names) {
    if (names) name_function(get, key, 'get ');
    define(target, key, { get: get, enumerable: true, configurable: true });
  };
  helpers.$$osetter = function (target, key, set, names) {
    if (names) name_function(set, key, 'set ');
    define(target, key, { set: set, enumerable: true, configurable: true });
  };
  function name_function(f, key, prefix) {
    var text = typeof key === 'symbol' ? symbol_name(key) : key, now;
    if (typeof f !== 'function') return f;
    now = descriptor_of(f, 'name');
    if (now !== undefined && (now.value === undefined || typeof now.value !== 'string' || now.value !== '')) return f;
    define(f, 'name', { value: prefix + text, writable: false, enumerable: false, configurable: true });
    return f;
  }
  function symbol_name(symbol) {
    var text = call(symbol_text, symbol);
    text = call(string_slice, text, 7, -1);
    return text === '' ? '' : '[' + text + ']';
  }
  var symbol_text = Symbol.prototype.toString, string_slice = String.prototype.slice;
  helpers.$$name = function (f, key) { return name_function(f, key, ''); };

  // -- classes

  helpers.$$class = function (constructor, parent, derives) {
    var prototype;
    if (derives) {
      if (parent === null) {
        prototype = create(null);
      } else {
        if (typeof parent !== 'function' || !is_constructor(parent)) throw new TypeError_('a class extends a constructor or null');
        prototype = parent.prototype;
        if (prototype !== null && !is_object(prototype)) throw new TypeError_("the prototype of what a class extends is an object or null");
        prototype = create(prototype);
        set_prototype(constructor, parent);
      }
      define(prototype, 'constructor', { value: constructor, writable: true, enumerable: false, configurable: true });
      define(constructor, 'prototype', { value: prototype, writable: false, enumerable: false, configurable: false });
    } else {
      define(constructor, 'prototype', { writable: false });
    }
    return constructor;
  };
  var is_constructor = host.is_constructor;
  helpers.$$bare = function (name) {
    throw new TypeError_('class constructor ' + name + ' cannot be called without new');
  };
  helpers.$$unbound = function () {
    throw new ReferenceError_("this is not there before super() was called");
  };
  helpers.$$self = function (self) {
    if (self === undefined) helpers.$$unbound();
    return self;
  };
  helpers.$$derived = function (value, self) {
    if (is_object(value)) return value;
    if (value !== undefined) throw new TypeError_('a derived constructor returns an object or nothing');
    if (self === undefined) helpers.$$unbound();
    return self;
  };
  helpers.$$once = function (before, made) {
    if (before !== undefined) throw new ReferenceError_('super() was called twice');
    return made;
  };
  helpers.$$parent = function (of) {
    var parent = prototype_of(of);
    if (typeof parent !== 'function' || !is_constructor(parent)) throw new TypeError_('super is no constructor');
    return parent;
  };
  function hide(target, key, value, names) {
    if (names) name_function(value, key, '');
    define(target, key, { value: value, writable: true, enumerable: false, configurable: true });
  }
  helpers.$$method = hide;
  helpers.$$getter = function (target, key, get, names) {
    if (names) name_function(get, key, 'get ');
    define(target, key, { get: get, enumerable: false, configurable: true });
  };
  helpers.$$setter = function (target, key, set, names) {
    if (names) name_function(set, key, 'set ');
    define(target, key, { set: set, enumerable: false, configurable: true });
  };
  helpers.$$super = host.super_get;
  helpers.$$superset = host.super_set;
  helpers.$$undeletable = function () { throw new ReferenceError_('super.property cannot be deleted'); };

  // Private names: keys that no script can have or see.
  var private_key = host.private_key, private_find = host.private_find, private_add = host.private_add;
  helpers.$$private = private_key;
  helpers.$$has = function (object, key) {
    if (!is_object(object)) throw new TypeError_("'in' needs an object on its right");
    return private_find(object, key);
  };
  helpers.$$get = host.private_get;
  helpers.$$set = host.private_set;
  helpers.$$pfield = function (object, key, value) { private_add(object, key, value, 0); };
  helpers.$$pmethod = function (object, key, value) { private_add(object, key, value, 1); };
  helpers.$$pgetter = function (object, key, value) { private_add(object, key, value, 2); };
  helpers.$$psetter = function (object, key, value) { private_add(object, key, value, 3); };

  // -- generators

  var resume = host.resume, yield_ = host.yield, Thread = host.thread;
  var gone = helpers.$$gone = host.gone = { gone: true };
  var GENERATOR = host.generator_slot;
  var iterator_prototype = array_iterator !== null ? prototype_of(array_iterator) : {};
  var async_iterator_prototype = {};
  var Generator_prototype = create(iterator_prototype), AsyncGenerator_prototype = create(async_iterator_prototype);
  var GeneratorFunction_prototype = create(Function.prototype), AsyncGeneratorFunction_prototype = create(Function.prototype);
  var AsyncFunction_prototype = create(Function.prototype);
  var current = null; // the generator whose coroutine runs

  if (array_iterator === null) define(iterator_prototype, SYMBOL_ITERATOR, { value: function () { return this; }, writable: true, configurable: true });

  function result_of(value, done) { return { value: value, done: done }; }

  // state: 0 not started, 1 suspended, 2 running, 3 ended
  function go_on(it, how, value) {
    var outer, sent;
    if (it.state === 2) throw new TypeError_('the generator is running');
    if (it.state === 0 && how !== 0) it.state = 3;
    if (it.state === 3) {
      if (how === 1) throw value;
      return result_of(how === 2 ? value : undefined, true);
    }
    outer = current;
    it.sent = value;
    it.how = how;
    current = it;
    if (it.state === 0) it.thread = new Thread(run_generator);
    it.state = 2;
    it.yielded = false;
    try {
      sent = resume(it.thread, it);
    } catch (error) {
      it.state = 3;
      it.thread = null;
      if (error === gone) return result_of(it.returns, true);
      throw error;
    } finally {
      current = outer;
    }
    if (it.yielded) {
      it.state = 1;
      return result_of(sent, false);
    }
    it.state = 3;
    it.thread = null;
    return result_of(sent, true);
  }

  function run_generator(it) {
    return apply(it.code, it.self, it.values);
  }

  function yielded(value) {
    var it = current;
    it.yielded = true;
    yield_(value);
    if (it.how === 1) throw it.sent;
    if (it.how === 2) {
      it.returns = it.sent;
      throw gone;
    }
    return it.sent;
  }
  helpers.$$yield = yielded;
  helpers.$$begin = function () {
    yielded(undefined);
  };

  function generator_of(object) {
    var it = is_object(object) ? object[GENERATOR] : undefined;
    if (it === undefined || it.how === undefined) throw new TypeError_('this is not a generator');
    return it;
  }

  function make_function(code, prototype, wrapper) {
    define(wrapper, 'name', { value: code.name, configurable: true });
    define(wrapper, 'length', { value: code.length, configurable: true });
    set_prototype(wrapper, prototype);
    return wrapper;
  }

  helpers.$$generator = function (code, eager) {
    var wrapper = function (values) {
      'mr';
      var prototype = wrapper.prototype, it, object;
      it = { code: code, self: this, values: values, state: 0, thread: null, sent: undefined, returns: undefined, how: 0, yielded: false };
      object = create(is_object(prototype) ? prototype : Generator_prototype);
      object[GENERATOR] = it;
      if (eager) go_on(it, 0, undefined);
      return object;
    };
    define(wrapper, 'prototype', { value: create(Generator_prototype), writable: true, configurable: false, enumerable: false });
    return make_function(code, GeneratorFunction_prototype, wrapper);
  };
  host.publish(Generator_prototype, {
    next: host.method(function next(value) { return go_on(generator_of(this), 0, value); }),
    return: host.method(function return_(value) { return go_on(generator_of(this), 2, value); }),
    throw: host.method(function throw_(value) { return go_on(generator_of(this), 1, value); })
  });

  helpers.$$delegate = function (value) {
    var it = iterator_of(value), me = current, sent, how = 0, result, method;
    for (;;) {
      if (how === 0) {
        result = call(it.next, it.iterator, sent);
      } else if (how === 1) {
        method = it.iterator.throw;
        if (method === undefined || method === null) {
          it.done = false;
          close(it);
          throw new TypeError_('the iterator has no throw method');
        }
        result = call(method, it.iterator, sent);
      } else {
        method = it.iterator.return;
        if (method === undefined || method === null) {
          me.returns = sent;
          throw gone;
        }
        result = call(method, it.iterator, sent);
        if (!is_object(result)) throw new TypeError_('the iterator result is not an object');
        if (result.done) {
          me.returns = result.value;
          throw gone;
        }
      }
      if (!is_object(result)) throw new TypeError_('the iterator result is not an object');
      if (result.done) return result.value;
      me.yielded = true;
      yield_(result.value);
      how = me.how;
      sent = me.sent;
    }
  };

  // -- async functions

  var await_ = host.await, make_record = host.make_record, promise_of = host.promise_of, settle_record = host.settle_record;
  var advance = host.advance, park = host.park, start_async = host.start_async;
  helpers.$$await = await_;
  helpers.$$async0 = function (code) {
    return make_function(code, AsyncFunction_prototype, function (values) {
      'mr';
      var record = make_record(), value;
      try {
        value = apply(code, this, values);
      } catch (error) {
        settle_record(record, false, error);
        return promise_of(record);
      }
      settle_record(record, true, value);
      return promise_of(record);
    });
  };
  helpers.$$async = function (code) {
    return make_function(code, AsyncFunction_prototype, function (values) {
      'mr';
      return start_async(code, this, values);
    });
  };

  // -- async generators: requests wait in a queue
  //
  // state: 0 not started, 1 suspended at a yield, 2 running, 3 ended

  function request(it, how, value) {
    var record = make_record(), entry = { how: how, value: value, record: record, next: null };
    if (it.last === null) it.first = entry;
    else it.last.next = entry;
    it.last = entry;
    if (it.state !== 2) serve(it);
    return promise_of(record);
  }

  function answer(it, ok, value, done) {
    var entry = it.first;
    it.first = entry.next;
    if (it.first === null) it.last = null;
    settle_record(entry.record, ok, ok ? result_of(value, done) : value);
  }

  function start(it, code) {
    it.thread = new Thread(code);
    it.thread[GENERATOR] = it;
    it.target = make_record();
    advance(it.thread, it.target);
  }

  function serve(it) {
    var entry = it.first, state = it.state;
    if (entry === null || state === 2) return;
    it.state = 2;
    if (state === 3 || (state === 0 && entry.how !== 0)) start(it, drain_ended);
    else if (it.thread !== null) advance(it.thread, it.target); // it stands at a yield, or its parameters are done
    else start(it, run_async_generator);
  }

  function end(it, ok, value) {
    it.state = 3;
    answer(it, ok, value, true);
    serve(it);
  }

  function drain_ended() {
    var it = current_thread()[GENERATOR], entry = it.first, value;
    if (entry.how === 0) return end(it, true, undefined);
    if (entry.how === 1) return end(it, false, entry.value);
    try {
      value = await_(entry.value);
    } catch (error) {
      return end(it, false, error);
    }
    return end(it, true, value);
  }

  function run_async_generator() {
    var it = current_thread()[GENERATOR], value;
    try {
      value = apply(it.code, it.self, it.values);
    } catch (error) {
      if (it.starting) it.failure = { error: error };
      else if (error === gone) end(it, true, it.returns);
      else end(it, false, error);
      return;
    }
    end(it, true, value);
  }
  // Between parameters that are more than names, which a call evaluates, and the body.
  helpers.$$abegin = function () {
    var it = current_thread()[GENERATOR];
    it.starting = false;
    it.state = 0;
    park();
  };

  // What the next request asks of the body that stands at a yield.
  function next_request(it) {
    var entry;
    if (it.first === null) {
      it.state = 1;
      park();
    }
    entry = it.first;
    if (entry.how === 1) throw entry.value;
    if (entry.how === 2) {
      it.returns = await_(entry.value);
      throw gone;
    }
    return entry.value;
  }

  helpers.$$ayield = function (value) {
    var it = current_thread()[GENERATOR];
    value = await_(value);
    answer(it, true, value, false);
    return next_request(it);
  };

  helpers.$$asyncgen = function (code, eager) {
    var wrapper = host.method(function () {
      var prototype = wrapper.prototype, it, object;
      it = { code: code, self: this, values: arguments, state: 0, sent: undefined, returns: undefined, first: null, last: null, thread: null, target: null, starting: false, failure: null };
      if (eager) {
        it.starting = true;
        it.state = 2;
        start(it, run_async_generator);
        if (it.failure !== null) throw it.failure.error;
      }
      object = create(is_object(prototype) ? prototype : AsyncGenerator_prototype);
      object[GENERATOR] = it;
      return object;
    });
    define(wrapper, 'prototype', { value: create(AsyncGenerator_prototype), writable: true, configurable: false, enumerable: false });
    return make_function(code, AsyncGeneratorFunction_prototype, wrapper);
  };

  function asked(object, how, value) {
    var it = is_object(object) ? object[GENERATOR] : undefined, record;
    if (it === undefined || it.first === undefined) {
      record = make_record();
      settle_record(record, false, new TypeError_('this is not an async generator'));
      return promise_of(record);
    }
    return request(it, how, value);
  }
  host.publish(AsyncGenerator_prototype, {
    next: host.method(function next(value) { return asked(this, 0, value); }),
    return: host.method(function return_(value) { return asked(this, 2, value); }),
    throw: host.method(function throw_(value) { return asked(this, 1, value); })
  });

  // -- for await

  function async_iterator_of(value) {
    var method = value === null || value === undefined ? undefined : value[SYMBOL_ASYNC_ITERATOR], it, iterator;
    if (method === undefined || method === null) {
      it = iterator_of(value);
      it.sync = true;
      return it;
    }
    iterator = call(method, value);
    if (!is_object(iterator)) throw new TypeError_('the iterator is not an object');
    return { iterator: iterator, next: iterator.next, done: false, value: undefined, sync: false };
  }
  helpers.$$aiterate = async_iterator_of;
  // What an iterator that is not asynchronous answered, as a promise would give it: a turn for the value, which may be a
  // promise, and one for the promise of the whole. A value that fails closes the iterator when `closes` says so.
  function settled_result(it, result, closes) {
    var done, value;
    if (!is_object(result)) throw new TypeError_('the iterator result is not an object');
    done = !!result.done;
    value = result.value;
    try {
      value = await_(value);
    } catch (error) {
      if (closes && !done) {
        it.done = false;
        close_quietly(it);
      }
      await_(undefined);
      throw error;
    }
    await_(undefined);
    return result_of(value, done);
  }
  helpers.$$astep = function (it) {
    var result;
    if (it.sync) {
      it.done = true;
      it.value = undefined;
      result = settled_result(it, call(it.next, it.iterator), true);
      if (result.done) return false;
      it.value = result.value;
      it.done = false;
      return true;
    }
    it.done = true;
    it.value = undefined;
    result = await_(call(it.next, it.iterator));
    if (!is_object(result)) throw new TypeError_('the iterator result is not an object');
    if (result.done) return false;
    it.value = result.value;
    it.done = false;
    return true;
  };
  function async_close(it) {
    var method, result;
    if (it.done) return;
    it.done = true;
    method = it.iterator.return;
    if (method === undefined || method === null) {
      if (it.sync) await_(undefined);
      return;
    }
    result = call(method, it.iterator);
    result = it.sync ? settled_result(it, result, false) : await_(result);
    if (!is_object(result)) throw new TypeError_('the iterator result is not an object');
  }
  helpers.$$aclose = async_close;
  helpers.$$aabort = function (it, error) {
    if (!it.done && error !== gone) {
      try {
        async_close(it);
      } catch (ignored) {
        // the first error stays
      }
      it.done = true;
    }
    throw error;
  };

  helpers.$$adelegate = function (value) {
    var me = current_thread()[GENERATOR], it = async_iterator_of(value), entry, how = 0, sent, method, result;
    for (;;) {
      if (how === 0) {
        result = call(it.next, it.iterator, sent);
      } else {
        method = how === 1 ? it.iterator.throw : it.iterator.return;
        if (method === undefined || method === null) {
          if (how === 2) {
            me.returns = await_(sent);
            throw gone;
          }
          it.done = false;
          if (it.sync) close(it);
          else async_close(it);
          throw new TypeError_('the iterator has no throw method');
        }
        result = call(method, it.iterator, sent);
      }
      result = it.sync ? settled_result(it, result, how !== 2) : await_(result);
      if (!is_object(result)) throw new TypeError_('the iterator result is not an object');
      if (result.done) {
        value = result.value;
        if (how !== 2) return value;
        me.returns = value;
        throw gone;
      }
      answer(me, true, result.value, false);
      if (me.first === null) {
        me.state = 1;
        park();
      }
      entry = me.first;
      how = entry.how;
      sent = entry.value;
      if (how !== 2) continue;
      try {
        sent = await_(sent);
      } catch (error) {
        how = 1;
        sent = error;
      }
    }
  };

  // -- the functions that have no names of their own

  function tag(target, text) {
    if (Symbol_.toStringTag) define(target, Symbol_.toStringTag, { value: text, configurable: true });
  }
  function hidden(target, key, value, writable) {
    define(target, key, { value: value, writable: writable, enumerable: false, configurable: true });
  }
  function no_text(name) {
    var constructor = host.method(function () {
      throw new EvalError(name + ' of text is not possible here: scripts are translated before they run');
    });
    define(constructor, 'name', { value: name, configurable: true });
    define(constructor, 'length', { value: 1, configurable: true });
    return host.constructor(constructor);
  }
  function function_kind(name, prototype, instances) {
    var constructor = no_text(name);
    define(constructor, 'prototype', { value: prototype, writable: false, enumerable: false, configurable: false });
    set_prototype(constructor, Function_);
    hidden(prototype, 'constructor', constructor, false);
    tag(prototype, name);
    if (instances === null) return;
    hidden(prototype, 'prototype', instances, false);
    hidden(instances, 'constructor', prototype, false);
  }
  var Function_ = no_text('Function');
  define(Function_, 'prototype', { value: Function.prototype, writable: false, enumerable: false, configurable: false });
  hidden(Function.prototype, 'constructor', Function_, true);
  hidden(global, 'Function', Function_, true);
  function_kind('GeneratorFunction', GeneratorFunction_prototype, Generator_prototype);
  function_kind('AsyncGeneratorFunction', AsyncGeneratorFunction_prototype, AsyncGenerator_prototype);
  function_kind('AsyncFunction', AsyncFunction_prototype, null);
  tag(Generator_prototype, 'Generator');
  tag(AsyncGenerator_prototype, 'AsyncGenerator');
  hidden(async_iterator_prototype, SYMBOL_ASYNC_ITERATOR, host.method(function () { return this; }), true);
  define(async_iterator_prototype[SYMBOL_ASYNC_ITERATOR], 'name', { value: '[Symbol.asyncIterator]', configurable: true });

  global.eval = host.method(function eval_(text) {
    if (typeof text !== 'string') return text;
    throw new EvalError('eval of text is not possible here: scripts are translated before they run');
  });
})
