// console.*: the levels are native, values other than strings become text here, bounded in depth, entries and length.
(function (host, global) {
  'use strict';

  var DEPTH = 4, ENTRIES = 100, LENGTH = 10000;
  var keys = Object.keys, is_array = Array.isArray, String_ = String, stringify = JSON.stringify;
  var call = host.call, Error_ = Error, toISOString = Date.prototype.toISOString, Date_ = Date;
  var regexp_text = host.regexp_text;

  function inspect(value, depth, seen) {
    var type = typeof value, text;
    if (type === 'string') return depth === 0 ? value : stringify(value);
    if (type === 'symbol') return 'Symbol()';
    if (type === 'function') return '[Function]';
    if (value === null || type !== 'object') return value === 0 && 1 / value < 0 ? '-0' : String_(value);
    for (var outer = seen; outer !== null; outer = outer.next) if (outer.value === value) return '[Circular]';
    try {
      if (value instanceof Error_) return error_text(value);
      if (value instanceof Date_) return call(toISOString, value);
      if ((text = regexp_text(value)) !== undefined) return text;
      if (depth >= DEPTH) return is_array(value) ? '[Array]' : '[Object]';
      text = container(value, depth + 1, { value: value, next: seen });
    } catch (error) {
      return '[Object]';
    }
    return text;
  }

  function error_text(error) {
    var name = error.name, message = error.message;
    if (typeof name !== 'string') name = 'Error';
    return typeof message === 'string' && message !== '' ? name + ': ' + message : name;
  }

  function container(value, depth, seen) {
    var list = is_array(value), names = list ? null : keys(value), count = list ? value.length : names.length;
    var text = list ? '[' : '{', shown = count < ENTRIES ? count : ENTRIES, i;
    for (i = 0; i < shown; i++) {
      if (text.length > LENGTH) return text + ' …' + (list ? ']' : '}');
      text += i === 0 ? (list ? '' : ' ') : ', ';
      text += list ? inspect(value[i], depth, seen) : names[i] + ': ' + inspect(value[names[i]], depth, seen);
    }
    if (count > shown) text += ', … ' + (count - shown) + ' more';
    return text + (list ? ']' : count === 0 ? '}' : ' }');
  }

  host.inspect = function (value) {
    return inspect(value, 0, null);
  };
  host.publish(global, { console: host.publish({}, host.console), print: host.print });
})
