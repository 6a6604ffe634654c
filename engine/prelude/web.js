// What programs expect beside the language: text and bytes, base64, copies of values.
(function (host, global) {
  'use strict';

  var TypeError_ = TypeError, RangeError_ = RangeError, Error_ = Error, String_ = String, Object_ = Object;
  var define = Object.defineProperty, keys = Object.keys, is_array = Array.isArray, own_element = host.define;
  var prototype_of = Object.getPrototypeOf, apply = Reflect.apply, create = Object.create;
  var Date_ = Date, RegExp_ = RegExp, Map_ = Map, Set_ = Set, Uint8Array_ = Uint8Array, ArrayBuffer_ = ArrayBuffer;
  var map_get = Map.prototype.get, map_put = Map.prototype.set, map_each = Map.prototype.forEach;
  var set_add = Set.prototype.add, set_each = Set.prototype.forEach, time_of = Date.prototype.getTime;
  var is_view = ArrayBuffer.isView, tag_of = Object.prototype.toString, slice_buffer = ArrayBuffer.prototype.slice;
  var transfer_buffer = ArrayBuffer.prototype.transfer;
  var class_of = host.class_of;

  // -- errors that the web's functions throw

  function DOMException(message, name) {
    var error = new Error_(message === undefined ? '' : message);
    if (!(this instanceof DOMException)) throw new TypeError_('DOMException needs new');
    Object.setPrototypeOf(error, prototype_of(this));
    define(error, 'name', { value: name === undefined ? 'Error' : String_(name), configurable: true, writable: true });
    define(error, 'code', { value: name === 'InvalidCharacterError' ? 5 : name === 'DataCloneError' ? 25 : 0, configurable: true });
    return error;
  }
  DOMException.prototype = create(Error_.prototype);
  host.publish(DOMException.prototype, { constructor: DOMException });

  // -- base64

  function btoa(text) {
    var result = host_base64(String_(text));
    if (result === null) throw new DOMException('Invalid character', 'InvalidCharacterError');
    return result;
  }

  function atob(text) {
    var result = host_text_of_base64(String_(text));
    if (result === null) throw new DOMException('The string to be decoded is not correctly encoded.', 'InvalidCharacterError');
    return result;
  }
  var host_base64 = host.base64_of, host_text_of_base64 = host.text_of_base64;

  // -- TextEncoder and TextDecoder

  var utf8_bytes = host.utf8_bytes, utf8_text = host.utf8_text, latin1_text = host.latin1_text, utf16_text = host.utf16_text;
  var STATE = host.slot_of('codec');

  function TextEncoder() {
    if (!(this instanceof TextEncoder)) throw new TypeError_('TextEncoder needs new');
  }
  host.publish(TextEncoder.prototype, {
    encode: function encode(text) {
      return utf8_bytes(text === undefined ? '' : text);
    },
    encodeInto: function encodeInto(text, into) {
      var read = 0, written = 0, bytes, unit, step;
      text = String_(text);
      if (class_of(into) !== 'Uint8Array') throw new TypeError_('encodeInto needs a Uint8Array');
      while (read < text.length) {
        unit = text.charCodeAt(read);
        step = unit >= 0xd800 && unit < 0xdc00 && read + 1 < text.length && (text.charCodeAt(read + 1) & 0xfc00) === 0xdc00 ? 2 : 1;
        bytes = utf8_bytes(text.substr(read, step));
        if (written + bytes.length > into.length) break;
        for (unit = 0; unit < bytes.length; unit++) into[written++] = bytes[unit];
        read += step;
      }
      return { read: read, written: written };
    }
  });
  getter(TextEncoder.prototype, 'encoding', function () { return 'utf-8'; });

  var encodings = { __proto__: null, 'utf-8': 'utf-8', 'utf8': 'utf-8', 'unicode-1-1-utf-8': 'utf-8', 'latin1': 'windows-1252',
                    'iso-8859-1': 'windows-1252', 'windows-1252': 'windows-1252', 'ascii': 'windows-1252', 'us-ascii': 'windows-1252',
                    'utf-16le': 'utf-16le', 'utf-16': 'utf-16le', 'ucs-2': 'utf-16le' };

  function getter(target, name, get) {
    define(target, name, { get: get, enumerable: true, configurable: true });
  }

  function TextDecoder(label, options) {
    var encoding;
    if (!(this instanceof TextDecoder)) throw new TypeError_('TextDecoder needs new');
    label = label === undefined ? 'utf-8' : String_(label);
    encoding = encodings[label.trim().toLowerCase()];
    if (encoding === undefined) throw new RangeError_('The "' + label + '" encoding is not supported');
    this[STATE] = { encoding: encoding, fatal: !!(options && options.fatal), keeps_mark: !!(options && options.ignoreBOM), left: null, begun: false };
  }
  function state_of(decoder) {
    var state = decoder === null || decoder === undefined ? undefined : decoder[STATE];
    if (state === undefined) throw new TypeError_('this is not a TextDecoder');
    return state;
  }
  function bytes_of(input) {
    if (input === undefined) return new Uint8Array_(0);
    if (class_of(input) === 'ArrayBuffer') return new Uint8Array_(input);
    if (is_view(input)) return new Uint8Array_(input.buffer, input.byteOffset, input.byteLength);
    throw new TypeError_('The "input" argument must be an instance of ArrayBuffer or ArrayBufferView');
  }
  function joined(first, second) {
    var all = new Uint8Array_(first.length + second.length);
    all.set(first);
    all.set(second, first.length);
    return all;
  }
  host.publish(TextDecoder.prototype, {
    decode: function decode(input, options) {
      var state = state_of(this), stream = !!(options && options.stream), bytes = bytes_of(input), text, parts;
      if (state.left !== null) bytes = joined(state.left, bytes);
      state.left = null;
      if (state.encoding === 'windows-1252') return latin1_text(bytes);
      if (state.encoding === 'utf-16le') {
        text = utf16_text(bytes);
        if (bytes.length % 2 !== 0) {
          if (stream) state.left = bytes.subarray(bytes.length - 1);
          else text += '\ufffd';
        }
      } else {
        parts = utf8_text(bytes, state.fatal, stream);
        text = parts[0];
        if (parts[1].length > 0) state.left = parts[1];
      }
      if (!state.begun && !state.keeps_mark && text.charCodeAt(0) === 0xfeff) text = text.substr(1);
      state.begun = stream && (state.begun || text.length > 0);
      return text;
    }
  });
  getter(TextDecoder.prototype, 'encoding', function () { return state_of(this).encoding; });
  getter(TextDecoder.prototype, 'fatal', function () { return state_of(this).fatal; });
  getter(TextDecoder.prototype, 'ignoreBOM', function () { return state_of(this).keeps_mark; });

  // -- structuredClone

  var errors = { __proto__: null, Error: Error, EvalError: EvalError, RangeError: RangeError, ReferenceError: ReferenceError,
                 SyntaxError: SyntaxError, TypeError: TypeError, URIError: URIError };
  var views = { __proto__: null, Int8Array: Int8Array, Uint8Array: Uint8Array, Uint8ClampedArray: Uint8ClampedArray,
                Int16Array: Int16Array, Uint16Array: Uint16Array, Int32Array: Int32Array, Uint32Array: Uint32Array,
                Float32Array: Float32Array, Float64Array: Float64Array, DataView: DataView };
  var DEPTH = 500;

  function refuse(what) {
    throw new DOMException(what + ' could not be cloned.', 'DataCloneError');
  }

  function structuredClone(value, options) {
    var seen = new Map_(), list = [], transfer, result, i;
    if (arguments.length === 0) throw new TypeError_('structuredClone needs a value');
    transfer = options === undefined || options === null ? undefined : options.transfer;
    if (transfer !== undefined) {
      list = host.helpers.$$spread(transfer);
      for (i = 0; i < list.length; i++) {
        if (class_of(list[i]) !== 'ArrayBuffer' || list[i].detached || apply(map_get, seen, [list[i]]) !== undefined)
          throw new DOMException('Value at index ' + i + ' of the transfer list cannot be transferred.', 'DataCloneError');
        apply(map_put, seen, [list[i], copy_of_buffer(list[i])]);
      }
    }
    result = copy(value, seen, 0);
    for (i = 0; i < list.length; i++) apply(transfer_buffer, list[i], [0]);
    return result;
  }

  function copy_of_buffer(buffer) {
    if (buffer.detached) throw new DOMException('An ArrayBuffer is detached and could not be cloned.', 'DataCloneError');
    return apply(slice_buffer, buffer, [0]);
  }

  function copy(value, seen, depth) {
    var type = typeof value, result, kind;
    if (type === 'function') refuse(named(value));
    if (type === 'symbol') refuse('Symbol()');
    if (value === null || type !== 'object') return value;
    result = apply(map_get, seen, [value]);
    if (result !== undefined) return result;
    if (depth > DEPTH) throw new RangeError_('structuredClone: values are nested too deeply');
    kind = class_of(value);
    switch (kind) {
    case 'Array': result = new Array(value.length); break;
    case 'Date': result = new Date_(apply(time_of, value, [])); break;
    case 'Boxed': result = Object_(host.unboxed(value)); break;
    case 'RegExp': result = new RegExp_(value.source, value.flags); break;
    case 'ArrayBuffer': result = copy_of_buffer(value); break;
    case 'Map': result = new Map_(); break;
    case 'Set': result = new Set_(); break;
    case 'Error': result = copy_of_error(value); break;
    case 'Proxy': case 'Promise': case 'WeakMap': case 'WeakSet': refuse('#<' + kind + '>'); break;
    case 'Object': result = {}; break;
    default: if (views[kind] === undefined) refuse('#<' + kind + '>');
    }
    if (views[kind] !== undefined) {
      type = copy(value.buffer, seen, depth + 1);
      result = kind === 'DataView' ? new views[kind](type, value.byteOffset, value.byteLength)
                                   : new views[kind](type, value.byteOffset, value.length);
    }
    apply(map_put, seen, [value, result]);
    if (kind === 'Map') return copy_entries(value, result, seen, depth);
    if (kind === 'Set') return copy_members(value, result, seen, depth);
    if (kind === 'Array' || kind === 'Object') copy_properties(value, result, seen, depth);
    return result;
  }

  function copy_properties(value, result, seen, depth) {
    var names = keys(value), i;
    for (i = 0; i < names.length; i++)
      define(result, names[i], { value: copy(value[names[i]], seen, depth + 1), writable: true, enumerable: true, configurable: true });
  }

  function copy_entries(value, result, seen, depth) {
    var pairs = [], i;
    apply(map_each, value, [function (item, key) { own_element(pairs, pairs.length, [key, item]); }]);
    for (i = 0; i < pairs.length; i++)
      apply(map_put, result, [copy(pairs[i][0], seen, depth + 1), copy(pairs[i][1], seen, depth + 1)]);
    return result;
  }

  function copy_members(value, result, seen, depth) {
    var members = [], i;
    apply(set_each, value, [function (item) { own_element(members, members.length, item); }]);
    for (i = 0; i < members.length; i++) apply(set_add, result, [copy(members[i], seen, depth + 1)]);
    return result;
  }

  function copy_of_error(value) {
    var name = value.name, make = typeof name === 'string' ? errors[name] : undefined, result;
    result = new (make === undefined ? Error_ : make)(value.message);
    if (typeof value.stack === 'string') define(result, 'stack', { value: value.stack, writable: true, configurable: true });
    if ('cause' in value) define(result, 'cause', { value: value.cause, writable: true, configurable: true });
    return result;
  }

  function named(callable) {
    return typeof callable.name === 'string' && callable.name !== '' ? 'function ' + callable.name : 'a function';
  }

  host.publish(global, { atob: atob, btoa: btoa, TextEncoder: TextEncoder, TextDecoder: TextDecoder,
                         structuredClone: structuredClone, DOMException: DOMException });
})
