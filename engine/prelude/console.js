// console.*: the levels are native, values other than strings become text here as Node shows them, on one line and
// bounded in depth, entries and length.
(function (host, global) {
  'use strict';

  var DEPTH = 3, ENTRIES = 100, LENGTH = 10000;
  var keys = Object.keys, is_array = Array.isArray, String_ = String, stringify = JSON.stringify, prototype_of = Object.getPrototypeOf;
  var call = host.call, Error_ = Error, toISOString = Date.prototype.toISOString, Date_ = Date, regexp_text = host.regexp_text;
  var entries_of = host.entries_of, index_of = String.prototype.indexOf, slice = String.prototype.slice;
  var split = String.prototype.split, join = Array.prototype.join, symbol_text = Symbol.prototype.toString;
  var exec = RegExp.prototype.exec, symbols_of = Object.getOwnPropertySymbols;
  var enumerable = Object.prototype.propertyIsEnumerable, SYMBOL_TAG = Symbol.toStringTag, is_class = host.is_class;
  var is_view = ArrayBuffer.isView, has_own = Object.prototype.hasOwnProperty;

  function quoted(text) {
    var json = stringify(text);
    if (call(index_of, text, "'") < 0) return "'" + call(join, call(split, call(slice, json, 1, -1), '\\"'), '"') + "'";
    return call(index_of, text, '"') < 0 ? json : "'" + call(join, call(split, call(join, call(split, call(slice, json, 1, -1), '\\"'), '"'), "'"), "\\'") + "'";
  }

  function inspect(value, depth, seen) {
    var type = typeof value, node, outer, text;
    if (type === 'string') return depth === 0 ? value : quoted(value);
    if (type === 'symbol') return call(symbol_text, value);
    if (value === null || (type !== 'object' && type !== 'function')) return value === 0 && 1 / value < 0 ? '-0' : String_(value);
    for (outer = seen; outer !== null; outer = outer.next)
      if (outer.value === value) {
        outer.met = true;
        return '[Circular *1]';
      }
    try {
      if (type === 'function') return function_name(value);
      if (value instanceof Error_) return error_text(value, depth, seen);
      if (value instanceof Date_) return call(toISOString, value);
      if ((text = regexp_text(value)) !== undefined) return text;
      node = { value: value, next: seen, met: false };
      text = container(value, depth + 1, node);
      return node.met ? '<ref *1> ' + text : text;
    } catch (error) {
      return '[Object]';
    }
  }

  function function_name(value) {
    var name = value.name, kind = value[SYMBOL_TAG], parent;
    if (is_class(value)) {
      parent = prototype_of(value);
      parent = typeof parent === 'function' && typeof parent.name === 'string' && parent.name !== '' ? ' extends ' + parent.name : '';
      return '[class ' + (typeof name === 'string' && name !== '' ? name : '(anonymous)') + parent + ']';
    }
    if (typeof kind !== 'string' || call(index_of, kind, 'Function') < 0) kind = 'Function';
    return '[' + kind + (typeof name === 'string' && name !== '' ? ': ' + name : ' (anonymous)') + ']';
  }

  function error_text(error, depth, seen) {
    var name = error.name, message = error.message, text;
    if (typeof name !== 'string') name = 'Error';
    text = typeof message === 'string' && message !== '' ? name + ': ' + message : name;
    if (depth > 0) text = '[' + text + ']';
    if (depth <= DEPTH && call(has_own, error, 'cause'))
      text += ' { [cause]: ' + inspect(error.cause, depth + 1, { value: error, next: seen, met: false }) + ' }';
    return text;
  }

  // What its class is called, when that says more than its brackets do.
  function class_of(value, usual) {
    var prototype = prototype_of(value), constructor;
    if (prototype === null) return '[' + usual + ': null prototype] ';
    constructor = prototype.constructor;
    constructor = typeof constructor === 'function' ? constructor.name : '';
    return typeof constructor === 'string' && constructor !== usual && constructor !== '' ? constructor + ' ' : '';
  }

  var NAME = /^[A-Za-z_$][\w$]*$/;

  function key_text(name) {
    return call(exec, NAME, name) !== null ? name : quoted(name);
  }

  function braced(open, items, close) {
    return items.length === 0 ? open + close : open + ' ' + call(join, items, ', ') + ' ' + close;
  }

  // Adds own enumerable properties to the texts in `items`.
  function add_properties(value, names, items, depth, seen) {
    var length = 0, shown = names.length < ENTRIES ? names.length : ENTRIES, symbols, i, text;
    for (i = 0; i < shown && length <= LENGTH; i++) {
      text = key_text(names[i]) + ': ' + inspect(value[names[i]], depth, seen);
      length += text.length;
      own(items, text);
    }
    if (names.length > i) own(items, '… ' + (names.length - i) + ' more');
    symbols = symbols_of(value);
    for (i = 0; i < symbols.length && i < ENTRIES; i++)
      if (call(enumerable, value, symbols[i]))
        own(items, '[' + call(symbol_text, symbols[i]) + ']: ' + inspect(value[symbols[i]], depth, seen));
  }

  function own(items, text) {
    host_define(items, items.length, text);
  }
  var host_define = host.define;

  function array_items(value, depth, seen) {
    var items = [], count = value.length, shown = count < ENTRIES ? count : ENTRIES, length = 0, i, text, holes = 0;
    for (i = 0; i < shown && length <= LENGTH; i++) {
      if (!call(has_own, value, i) && is_array(value)) {
        holes++;
        continue;
      }
      if (holes > 0) own(items, holes_text(holes));
      holes = 0;
      text = inspect(value[i], depth, seen);
      length += text.length;
      own(items, text);
    }
    if (holes > 0) own(items, holes_text(holes));
    if (count > i) own(items, '… ' + (count - i) + ' more item' + (count - i === 1 ? '' : 's'));
    return items;
  }

  function holes_text(count) {
    return '<' + count + ' empty item' + (count === 1 ? '>' : 's>');
  }

  function collection_items(found, depth, seen) {
    var items = [], list = found.list, i;
    for (i = 0; i < list.length; i += found.width)
      own(items, found.width === 2 ? inspect(list[i], depth, seen) + ' => ' + inspect(list[i + 1], depth, seen)
                                   : inspect(list[i], depth, seen));
    if (found.size > list.length / found.width) own(items, '… ' + (found.size - list.length / found.width) + ' more items');
    return items;
  }

  function container(value, depth, seen) {
    var found, names, items, prefix;
    if (is_array(value)) {
      prefix = class_of(value, 'Array');
      if (prefix !== '') prefix = prefix + '(' + value.length + ') ';
      if (depth > DEPTH) return '[' + (prefix === '' ? 'Array' : class_of(value, 'Array')) + ']';
      return prefix + braced('[', array_items(value, depth, seen), ']');
    }
    found = entries_of(value, ENTRIES);
    if (found !== undefined) {
      prefix = class_of(value, '');
      if (depth > DEPTH) return '[' + call(slice, prefix, 0, -1) + ']';
      return call(slice, prefix, 0, -1) + '(' + found.size + ') ' + braced('{', collection_items(found, depth, seen), '}');
    }
    if (is_view(value) && value.length !== undefined)
      return call(slice, class_of(value, ''), 0, -1) + '(' + value.length + ') ' + braced('[', array_items(value, depth, seen), ']');
    names = keys(value);
    prefix = class_of(value, 'Object');
    if (prefix === 'Number ' || prefix === 'String ' || prefix === 'Boolean ') {
      found = value.valueOf();
      if (typeof found !== 'object') return '[' + call(slice, prefix, 0, -1) + ': ' + inspect(found, 1, null) + ']';
    }
    if (depth > DEPTH && names.length > 0) return '[' + (prefix === '' ? 'Object' : call(slice, prefix, 0, -1)) + ']';
    items = [];
    add_properties(value, names, items, depth, seen);
    return prefix + braced('{', items, '}');
  }

  host.inspect = function (value) {
    return inspect(value, 0, null);
  };
  host.publish(global, { console: host.publish({}, host.console), print: host.print });
})
