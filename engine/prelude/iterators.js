// Iterator: its helpers, which take from another iterator as they are asked, and Array.fromAsync.
(function (host, global) {
  'use strict';

  var call = host.call, define = Object.defineProperty, create = Object.create, own_element = host.define;
  var prototype_of = Object.getPrototypeOf, has_own = Object.prototype.hasOwnProperty, Object_ = Object;
  var TypeError_ = TypeError, RangeError_ = RangeError, Number_ = Number, trunc = Math.trunc;
  var SYMBOL_ITERATOR = Symbol.iterator, SYMBOL_ASYNC_ITERATOR = Symbol.asyncIterator, STATE = host.slot_of('iterator helper');
  var iterator_prototype = host.iterator_prototype, is_constructor = host.is_constructor, helpers = host.helpers;
  var helper_prototype = create(iterator_prototype), wrapped_prototype = create(iterator_prototype);

  function is_object(value) {
    return typeof value === 'object' ? value !== null : typeof value === 'function';
  }
  function result_of(value, done) { return { value: value, done: done }; }

  // -- iterators as the helpers use them

  function direct(iterator) {
    if (!is_object(iterator)) throw new TypeError_('this is not an object that iterates');
    return { iterator: iterator, next: iterator.next };
  }

  // [value] of the next one, or null at the end.
  function step(it) {
    var result = call(it.next, it.iterator);
    if (!is_object(result)) throw new TypeError_('the iterator result is not an object');
    return result.done ? null : result_of(result.value, false);
  }

  function close(it) {
    var method = it.iterator.return, result;
    if (method === undefined || method === null) return;
    result = call(method, it.iterator);
    if (!is_object(result)) throw new TypeError_('the iterator result is not an object');
  }

  function fail(it, error) {
    try {
      var method = it.iterator.return;
      if (method !== undefined && method !== null) call(method, it.iterator);
    } catch (ignored) {
      // the first error stays
    }
    throw error;
  }

  function require_function(iterator, callback) {
    if (!is_object(iterator)) throw new TypeError_('this is not an object that iterates');
    if (typeof callback !== 'function') fail({ iterator: iterator }, new TypeError_('a function is needed'));
  }

  // What flatMap and Iterator.from make of a value.
  function flattenable(value, takes_texts) {
    var method, iterator;
    if (!is_object(value) && !(takes_texts && typeof value === 'string')) throw new TypeError_('the value cannot be iterated over');
    method = value[SYMBOL_ITERATOR];
    if (method !== undefined && method !== null && typeof method !== 'function') throw new TypeError_('the value cannot be iterated over');
    iterator = method === undefined || method === null ? value : call(method, value);
    return direct(iterator);
  }

  // -- helper objects: `step` answers a result or null, once and for all

  function helper(it, take) {
    var made = create(helper_prototype);
    made[STATE] = { it: it, step: take, running: false, done: false, started: false, inner: null };
    return made;
  }

  function state_of(object) {
    var state = is_object(object) ? object[STATE] : undefined;
    if (state === undefined || state.step === undefined) throw new TypeError_('this is not an Iterator Helper');
    if (state.running) throw new TypeError_('the iterator helper is running');
    return state;
  }

  host.publish(helper_prototype, {
    next: function next() {
      var state = state_of(this), result = null;
      if (state.done) return result_of(undefined, true);
      state.running = state.started = true;
      try {
        result = state.step(state);
      } finally {
        state.running = false;
        if (result === null) state.done = true;
      }
      return result === null ? result_of(undefined, true) : result;
    },
    return: function return_() {
      var state = state_of(this);
      if (state.done) return result_of(undefined, true);
      state.done = true;
      state.running = state.started;
      try {
        if (state.inner !== null) {
          try {
            close(state.inner);
          } catch (error) {
            fail(state.it, error);
          }
        }
        close(state.it);
      } finally {
        state.running = false;
      }
      return result_of(undefined, true);
    }
  });
  define(helper_prototype, Symbol.toStringTag, { value: 'Iterator Helper', configurable: true });

  function ask(it, callback, value, index) {
    try {
      return callback(value, index);
    } catch (error) {
      fail(it, error);
    }
  }

  // How many the argument of take and drop means.
  function limit_of(iterator, limit) {
    var number;
    if (!is_object(iterator)) throw new TypeError_('this is not an object that iterates');
    try {
      number = Number_(limit);
    } catch (error) {
      fail({ iterator: iterator }, error);
    }
    if (number !== number || (number = trunc(number)) < 0)
      fail({ iterator: iterator }, new RangeError_('the limit is a number that is not negative'));
    return number;
  }

  host.publish(iterator_prototype, {
    map: function map(mapper) {
      var index = 0;
      require_function(this, mapper);
      return helper(direct(this), function (state) {
        var result = step(state.it);
        return result === null ? null : result_of(ask(state.it, mapper, result.value, index++), false);
      });
    },
    filter: function filter(predicate) {
      var index = 0;
      require_function(this, predicate);
      return helper(direct(this), function (state) {
        var result;
        while ((result = step(state.it)) !== null && !ask(state.it, predicate, result.value, index++));
        return result;
      });
    },
    take: function take(limit) {
      var left = limit_of(this, limit);
      return helper(direct(this), function (state) {
        if (left === 0) {
          close(state.it);
          return null;
        }
        left--;
        return step(state.it);
      });
    },
    drop: function drop(limit) {
      var left = limit_of(this, limit);
      return helper(direct(this), function (state) {
        while (left > 0) {
          left--;
          if (step(state.it) === null) return null;
        }
        return step(state.it);
      });
    },
    flatMap: function flatMap(mapper) {
      var index = 0;
      require_function(this, mapper);
      return helper(direct(this), function (state) {
        var result;
        for (;;) {
          if (state.inner === null) {
            result = step(state.it);
            if (result === null) return null;
            try {
              state.inner = flattenable(mapper(result.value, index++), false);
            } catch (error) {
              fail(state.it, error);
            }
          }
          try {
            result = step(state.inner);
          } catch (error) {
            fail(state.it, error);
          }
          if (result !== null) return result;
          state.inner = null;
        }
      });
    },
    reduce: function reduce(reducer) {
      var it, index = 0, value, result;
      require_function(this, reducer);
      it = direct(this);
      if (arguments.length > 1) {
        value = arguments[1];
      } else {
        result = step(it);
        if (result === null) throw new TypeError_('Reduce of a done iterator with no initial value');
        value = result.value;
        index = 1;
      }
      while ((result = step(it)) !== null) {
        try {
          value = reducer(value, result.value, index++);
        } catch (error) {
          fail(it, error);
        }
      }
      return value;
    },
    toArray: function toArray() {
      var it = direct(this), list = [], result, count = 0;
      while ((result = step(it)) !== null) own_element(list, count++, result.value);
      return list;
    },
    forEach: function forEach(callback) {
      walk(this, callback, 0);
    },
    some: function some(predicate) {
      return walk(this, predicate, 1) !== null;
    },
    every: function every(predicate) {
      return walk(this, predicate, 2) === null;
    },
    find: function find(predicate) {
      var found = walk(this, predicate, 1);
      return found === null ? undefined : found.value;
    }
  });

  // The first result for which `callback` holds (1) or does not hold (2), the iterator being closed then; null: none.
  function walk(iterator, callback, stops) {
    var it, result, index = 0, holds;
    require_function(iterator, callback);
    it = direct(iterator);
    while ((result = step(it)) !== null) {
      holds = ask(it, callback, result.value, index++);
      if (stops !== 0 && !holds === (stops === 2)) {
        close(it);
        return result;
      }
    }
    return null;
  }

  // -- the constructor

  function Iterator() {
    if (new.target === undefined || new.target === Iterator) throw new TypeError_('Iterator is for classes that extend it');
  }
  define(Iterator, 'prototype', { value: iterator_prototype, writable: false, enumerable: false, configurable: false });

  // Properties of the prototype that may be written on whatever inherits from it.
  function weird(key, value) {
    define(iterator_prototype, key, {
      get: host.method(function () { return value; }),
      set: host.method(function (given) {
        if (!is_object(this)) throw new TypeError_('this is not an object');
        if (this === iterator_prototype) throw new TypeError_('the property cannot be written');
        if (call(has_own, this, key)) this[key] = given;
        else define(this, key, { value: given, writable: true, enumerable: true, configurable: true });
      }),
      enumerable: false, configurable: true
    });
  }
  weird('constructor', Iterator);
  weird(Symbol.toStringTag, 'Iterator');

  function wrapped_of(object) {
    var state = is_object(object) ? object[STATE] : undefined;
    if (state === undefined || state.step !== undefined) throw new TypeError_('this is not an iterator from Iterator.from');
    return state;
  }
  host.publish(wrapped_prototype, {
    next: function next() {
      var it = wrapped_of(this);
      return call(it.next, it.iterator);
    },
    return: function return_() {
      var it = wrapped_of(this), method = it.iterator.return;
      return method === undefined || method === null ? result_of(undefined, true) : call(method, it.iterator);
    }
  });

  host.publish(Iterator, {
    from: function from(value) {
      var it = flattenable(value, true), at, made;
      for (at = it.iterator; at !== null; at = prototype_of(at)) if (at === iterator_prototype) return it.iterator;
      made = create(wrapped_prototype);
      made[STATE] = it;
      return made;
    }
  });
  host.publish(global, { Iterator: Iterator });

  // -- Array.fromAsync

  function collect(constructor, items, mapper, self) {
    var maps = mapper !== undefined, count = 0, list, it, length, value, method;
    if (maps && typeof mapper !== 'function') throw new TypeError_('a function is needed');
    method = items[SYMBOL_ASYNC_ITERATOR];
    if (method === undefined || method === null) method = items[SYMBOL_ITERATOR];
    if (method !== undefined && method !== null) {
      list = is_constructor(constructor) ? new constructor() : [];
      it = helpers.$$aiterate(items);
      while (helpers.$$astep(it)) {
        value = it.value;
        try {
          if (maps) value = helpers.$$await(call(mapper, self, value, count));
          put(list, count, value);
        } catch (error) {
          helpers.$$aabort(it, error);
        }
        count++;
      }
    } else {
      items = Object_(items);
      length = trunc(Number_(items.length)) || 0;
      length = length > 0 ? length : 0;
      list = is_constructor(constructor) ? new constructor(length) : [];
      for (; count < length; count++) {
        value = helpers.$$await(items[count]);
        if (maps) value = helpers.$$await(call(mapper, self, value, count));
        put(list, count, value);
      }
    }
    list.length = count;
    return list;
  }

  function put(list, index, value) {
    define(list, index, { value: value, writable: true, enumerable: true, configurable: true });
  }

  host.publish(Array, {
    fromAsync: function fromAsync(items) {
      var mapper = arguments.length > 1 ? arguments[1] : undefined, self = arguments.length > 2 ? arguments[2] : undefined;
      return host.start_async(collect, undefined, [this, items, mapper, self]);
    }
  });
})
