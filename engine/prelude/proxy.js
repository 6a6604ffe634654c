// What Proxy and Reflect do beyond Duktape's: the traps it lacks with what the specification demands of their answers,
// Proxies of Proxies, and receivers. Duktape's own functions call the ones in `traps` when they meet a Proxy.
(function (host, global) {
  'use strict';

  var parts_of = host.proxy_parts, call = host.call, is_constructor = host.is_constructor, own_element = host.define;
  var TypeError_ = TypeError, Proxy_ = Proxy, to_object = Object, to_key = host.to_key;
  var prototype_of = Reflect.getPrototypeOf, set_prototype_of = Reflect.setPrototypeOf;
  var is_extensible = Reflect.isExtensible, prevent_extensions = Reflect.preventExtensions;
  var descriptor_of = Object.getOwnPropertyDescriptor, define = Reflect.defineProperty, keys_of = Reflect.ownKeys;
  var same = Object.is, create = Object.create, misses_element = host.misses_element, to_number = Number;

  function is_object(value) {
    return typeof value === 'object' ? value !== null : typeof value === 'function';
  }

  function wrong(trap) {
    throw new TypeError_("the proxy's trap " + trap + ' answers what its target does not allow');
  }

  function trap_of(handler, name) {
    var trap = handler[name];
    if (trap === undefined || trap === null) return undefined;
    if (typeof trap !== 'function') throw new TypeError_("the proxy's trap " + name + ' is not a function');
    return trap;
  }

  // -- descriptors without a prototype, so that nobody else's properties are seen

  function bare(enumerable, configurable) {
    var made = create(null);
    if (enumerable !== undefined) made.enumerable = enumerable;
    if (configurable !== undefined) made.configurable = configurable;
    return made;
  }

  function to_descriptor(from) {
    var made = bare();
    if (!is_object(from)) throw new TypeError_('a property descriptor is an object');
    if ('enumerable' in from) made.enumerable = !!from.enumerable;
    if ('configurable' in from) made.configurable = !!from.configurable;
    if ('value' in from) made.value = from.value;
    if ('writable' in from) made.writable = !!from.writable;
    if ('get' in from) made.get = accessor(from.get);
    if ('set' in from) made.set = accessor(from.set);
    if (('get' in made || 'set' in made) && ('value' in made || 'writable' in made))
      throw new TypeError_('a property has either a value or accessors');
    return made;
  }

  function accessor(value) {
    if (value !== undefined && typeof value !== 'function') throw new TypeError_('an accessor is a function');
    return value;
  }

  function visible(descriptor) {
    var made = {};
    if ('value' in descriptor) data(made, 'value', descriptor.value);
    if ('writable' in descriptor) data(made, 'writable', descriptor.writable);
    if ('get' in descriptor) data(made, 'get', descriptor.get);
    if ('set' in descriptor) data(made, 'set', descriptor.set);
    if ('enumerable' in descriptor) data(made, 'enumerable', descriptor.enumerable);
    if ('configurable' in descriptor) data(made, 'configurable', descriptor.configurable);
    return made;
  }

  function data(object, key, value) {
    var made = bare(true, true);
    made.value = value;
    made.writable = true;
    return define(object, key, made);
  }

  function known(object, key) {
    var found = descriptor_of(object, key);
    if (found !== undefined) set_prototype_of(found, null);
    return found;
  }

  function complete(made) {
    if (!('get' in made || 'set' in made)) {
      if (!('value' in made)) made.value = undefined;
      if (!('writable' in made)) made.writable = false;
    } else {
      if (!('get' in made)) made.get = undefined;
      if (!('set' in made)) made.set = undefined;
    }
    if (!('enumerable' in made)) made.enumerable = false;
    if (!('configurable' in made)) made.configurable = false;
    return made;
  }

  function compatible(extensible, wanted, current) {
    if (current === undefined) return extensible;
    if (current.configurable) return true;
    if (wanted.configurable === true || ('enumerable' in wanted && wanted.enumerable !== current.enumerable)) return false;
    if ('get' in wanted || 'set' in wanted) {
      if (!('get' in current)) return false;
      return !('get' in wanted && wanted.get !== current.get) && !('set' in wanted && wanted.set !== current.set);
    }
    if ('value' in wanted || 'writable' in wanted) {
      if ('get' in current) return false;
      if (current.writable) return true;
      return wanted.writable !== true && !('value' in wanted && !same(wanted.value, current.value));
    }
    return true;
  }

  // -- the traps

  function get_prototype(proxy) {
    var parts = parts_of(proxy), trap = trap_of(parts[1], 'getPrototypeOf'), result;
    if (trap === undefined) return prototype_of(parts[0]);
    result = call(trap, parts[1], parts[0]);
    if (result !== null && !is_object(result)) wrong('getPrototypeOf');
    if (!is_extensible(parts[0]) && prototype_of(parts[0]) !== result) wrong('getPrototypeOf');
    return result;
  }

  function set_prototype(proxy, prototype) {
    var parts = parts_of(proxy), trap = trap_of(parts[1], 'setPrototypeOf');
    if (trap === undefined) return set_prototype_of(parts[0], prototype);
    if (!call(trap, parts[1], parts[0], prototype)) return false;
    if (!is_extensible(parts[0]) && prototype_of(parts[0]) !== prototype) wrong('setPrototypeOf');
    return true;
  }

  function extensible(proxy) {
    var parts = parts_of(proxy), trap = trap_of(parts[1], 'isExtensible'), result;
    if (trap === undefined) return is_extensible(parts[0]);
    result = !!call(trap, parts[1], parts[0]);
    if (result !== is_extensible(parts[0])) wrong('isExtensible');
    return result;
  }

  function prevent(proxy) {
    var parts = parts_of(proxy), trap = trap_of(parts[1], 'preventExtensions');
    if (trap === undefined) return prevent_extensions(parts[0]);
    if (!call(trap, parts[1], parts[0])) return false;
    if (is_extensible(parts[0])) wrong('preventExtensions');
    return true;
  }

  function get_descriptor(proxy, key) {
    var parts = parts_of(proxy), trap = trap_of(parts[1], 'getOwnPropertyDescriptor'), result, current, open;
    if (trap === undefined) return descriptor_of(parts[0], key);
    result = call(trap, parts[1], parts[0], key);
    if (result !== undefined && !is_object(result)) wrong('getOwnPropertyDescriptor');
    current = known(parts[0], key);
    if (result === undefined) {
      if (current !== undefined && (!current.configurable || !is_extensible(parts[0]))) wrong('getOwnPropertyDescriptor');
      return undefined;
    }
    open = is_extensible(parts[0]);
    result = complete(to_descriptor(result));
    if (!compatible(open, result, current)) wrong('getOwnPropertyDescriptor');
    if (!result.configurable && (current === undefined || current.configurable ||
        (result.writable === false && current.writable === true))) wrong('getOwnPropertyDescriptor');
    return visible(result);
  }

  function define_property(proxy, key, from) {
    var parts = parts_of(proxy), trap, wanted = to_descriptor(from), current, fixed;
    trap = trap_of(parts[1], 'defineProperty');
    if (trap === undefined) return define(parts[0], key, wanted);
    if (!call(trap, parts[1], parts[0], key, visible(wanted))) return false;
    current = known(parts[0], key);
    fixed = wanted.configurable === false;
    if (current === undefined) {
      if (!is_extensible(parts[0]) || fixed) wrong('defineProperty');
    } else if (!compatible(is_extensible(parts[0]), wanted, current) || (fixed && current.configurable) ||
               ('value' in current && !current.configurable && current.writable && wanted.writable === false)) {
      wrong('defineProperty');
    }
    return true;
  }

  function has(proxy, key) {
    var parts = parts_of(proxy), trap = trap_of(parts[1], 'has'), current;
    if (trap === undefined) return has_on(parts[0], key);
    if (call(trap, parts[1], parts[0], key)) return true;
    current = known(parts[0], key);
    if (current !== undefined && (!current.configurable || !is_extensible(parts[0]))) wrong('has');
    return false;
  }

  function has_on(object, key) {
    for (; object !== null; object = prototype_of(object)) {
      if (parts_of(object) !== undefined) return has(object, key);
      if (misses_element(object, key)) return false;
      if (descriptor_of(object, key) !== undefined) return true;
    }
    return false;
  }

  function get(proxy, key, receiver) {
    var parts = parts_of(proxy), trap = trap_of(parts[1], 'get'), result, current;
    if (trap === undefined) return get_from(parts[0], key, receiver);
    result = call(trap, parts[1], parts[0], key, receiver);
    current = known(parts[0], key);
    if (current !== undefined && !current.configurable) {
      if ('value' in current && !current.writable && !same(result, current.value)) wrong('get');
      if ('get' in current && current.get === undefined && result !== undefined) wrong('get');
    }
    return result;
  }

  function get_from(object, key, receiver) {
    var found;
    for (; object !== null; object = prototype_of(object)) {
      if (parts_of(object) !== undefined) return get(object, key, receiver);
      if (misses_element(object, key)) return undefined;
      found = known(object, key);
      if (found === undefined) continue;
      if ('value' in found) return found.value;
      return found.get === undefined ? undefined : call(found.get, receiver);
    }
    return undefined;
  }

  function set(proxy, key, value, receiver) {
    var parts = parts_of(proxy), trap = trap_of(parts[1], 'set'), current;
    if (trap === undefined) return set_on(parts[0], key, value, receiver);
    if (!call(trap, parts[1], parts[0], key, value, receiver)) return false;
    current = known(parts[0], key);
    if (current !== undefined && !current.configurable) {
      if ('value' in current && !current.writable && !same(value, current.value)) wrong('set');
      if ('get' in current && current.set === undefined) wrong('set');
    }
    return true;
  }

  function set_on(object, key, value, receiver) {
    var found, changed;
    for (; object !== null; object = prototype_of(object)) {
      if (parts_of(object) !== undefined) return set(object, key, value, receiver);
      if (misses_element(object, key)) {
        if (object === receiver) to_number(value);
        return true;
      }
      found = known(object, key);
      if (found !== undefined) break;
    }
    if (found !== undefined && !('value' in found)) {
      if (found.set === undefined) return false;
      call(found.set, receiver, value);
      return true;
    }
    if ((found !== undefined && !found.writable) || !is_object(receiver)) return false;
    found = known(receiver, key);
    if (found === undefined) return data(receiver, key, value);
    if (!('value' in found) || !found.writable) return false;
    changed = bare();
    changed.value = value;
    return define(receiver, key, changed);
  }

  function remove(proxy, key) {
    var parts = parts_of(proxy), trap = trap_of(parts[1], 'deleteProperty'), current;
    if (trap === undefined) return remove_from(parts[0], key);
    if (!call(trap, parts[1], parts[0], key)) return false;
    current = known(parts[0], key);
    if (current !== undefined && (!current.configurable || !is_extensible(parts[0]))) wrong('deleteProperty');
    return true;
  }

  function remove_from(object, key) {
    if (parts_of(object) !== undefined) return remove(object, key);
    var found = descriptor_of(object, key);
    if (found !== undefined && !found.configurable) return false;
    return delete object[key];
  }

  function own_keys(proxy) {
    var parts = parts_of(proxy), trap = trap_of(parts[1], 'ownKeys'), answer, list = [], seen = bare(), target, open, found, length, i, key, count = 0;
    if (trap === undefined) return keys_of(parts[0]);
    answer = call(trap, parts[1], parts[0]);
    if (!is_object(answer)) wrong('ownKeys');
    length = answer.length;
    for (i = 0; i < length; i++) {
      key = answer[i];
      if (typeof key !== 'string' && typeof key !== 'symbol') wrong('ownKeys');
      if (seen[key] !== undefined) wrong('ownKeys');
      seen[key] = 1;
      own_element(list, i, key);
    }
    open = is_extensible(parts[0]);
    target = keys_of(parts[0]);
    for (i = 0; i < target.length; i++) {
      key = target[i];
      if (seen[key] !== undefined) {
        count++;
        continue;
      }
      found = open ? descriptor_of(parts[0], key) : undefined;
      if (!open || (found !== undefined && !found.configurable)) wrong('ownKeys');
    }
    if (!open && count !== list.length) wrong('ownKeys');
    return list;
  }

  // -- as Duktape's functions ask for them; what they tell apart comes last

  function required(ok, what) {
    if (!ok) throw new TypeError_('the proxy refuses ' + what);
  }

  function keys_as(proxy, which) {
    var all = own_keys(proxy), list = [], i, found;
    for (i = 0; i < all.length; i++) {
      if (which === 2 ? typeof all[i] === 'string' : which !== 3 && typeof all[i] !== 'string') continue;
      if (which === 0) {
        found = get_descriptor(proxy, all[i]);
        if (found === undefined || !found.enumerable) continue;
      }
      own_element(list, list.length, all[i]);
    }
    return list;
  }

  // What for…in goes through: the names along the chain of prototypes, then which of them are enumerable where they stand.
  function names_for_in(object) {
    var seen = bare(), names = [], where = [], list = [], keys, i, found;
    for (; object !== null; object = prototype_of(object)) {
      keys = keys_of(object);
      for (i = 0; i < keys.length; i++) {
        if (typeof keys[i] !== 'string' || seen[keys[i]] !== undefined) continue;
        seen[keys[i]] = 1;
        own_element(names, names.length, keys[i]);
        own_element(where, where.length, object);
      }
    }
    for (i = 0; i < names.length; i++) {
      found = descriptor_of(where[i], names[i]);
      if (found !== undefined && found.enumerable) own_element(list, list.length, names[i]);
    }
    return list;
  }

  host.proxy_traps([
    get_prototype,
    function (proxy, prototype, which) {
      var ok = set_prototype(proxy, prototype);
      if (which === 2) return ok;
      required(ok, 'another prototype');
      return which === 0 ? undefined : proxy;
    },
    extensible,
    function (proxy, which) {
      var ok = prevent(proxy);
      if (which === 1) return ok;
      required(ok, 'to be closed');
      return proxy;
    },
    function (proxy, key) { return get_descriptor(proxy, to_key(key)); },
    function (proxy, key, from, which) {
      var ok = define_property(proxy, to_key(key), from);
      if (which === 1) return ok;
      required(ok, 'the property');
      return proxy;
    },
    keys_as,
    function (key, proxy, enumerable) {
      var found = get_descriptor(proxy, key);
      return found !== undefined && (!enumerable || found.enumerable);
    },
    function (proxy, freezes) {
      var keys, i, found, change;
      required(prevent(proxy), 'to be closed');
      keys = own_keys(proxy);
      for (i = 0; i < keys.length; i++) {
        change = bare(undefined, false);
        if (freezes) {
          found = get_descriptor(proxy, keys[i]);
          if (found === undefined) continue;
          if ('value' in found) change.writable = false;
        }
        required(define_property(proxy, keys[i], change), 'to be closed');
      }
      return proxy;
    },
    function (proxy, frozen) {
      var keys, i, found;
      if (extensible(proxy)) return false;
      keys = own_keys(proxy);
      for (i = 0; i < keys.length; i++) {
        found = get_descriptor(proxy, keys[i]);
        if (found !== undefined && (found.configurable || (frozen && found.writable === true))) return false;
      }
      return true;
    },
    function (proxy, properties) {
      var from = to_object(properties), keys = keys_of(from), made = [], i, found;
      for (i = 0; i < keys.length; i++) {
        found = descriptor_of(from, keys[i]);
        if (found !== undefined && found.enumerable) own_element(made, made.length, { key: keys[i], descriptor: to_descriptor(from[keys[i]]) });
      }
      for (i = 0; i < made.length; i++) required(define_property(proxy, made[i].key, made[i].descriptor), 'the property');
      return proxy;
    },
    function (proxy, key) { return get(proxy, key, proxy); },
    function (proxy, key, value) { return set(proxy, key, value, proxy); },
    has,
    remove,
    get,
    set,
    names_for_in,
    function (target, from) {
      var keys = keys_of(from), i, found;
      for (i = 0; i < keys.length; i++) {
        found = descriptor_of(from, keys[i]);
        if (found !== undefined && found.enumerable) target[keys[i]] = from[keys[i]];
      }
    }
  ]);

  function object_of_reflect(target) {
    if (!is_object(target)) throw new TypeError_('Reflect works on objects');
    return target;
  }

  host.publish(Reflect, {
    get: function get(target, key) {
      object_of_reflect(target);
      return get_from(target, to_key(key), arguments.length > 2 ? arguments[2] : target);
    },
    set: function set(target, key, value) {
      object_of_reflect(target);
      return set_on(target, to_key(key), value, arguments.length > 3 ? arguments[3] : target);
    },
    has: function has(target, key) { return has_on(object_of_reflect(target), to_key(key)); },
    deleteProperty: function deleteProperty(target, key) { return remove_from(object_of_reflect(target), to_key(key)); }
  });

  Object.defineProperty(Reflect, Symbol.toStringTag, { value: 'Reflect', configurable: true });

  // -- Proxies that can be switched off: every trap of theirs is an error from then on

  var revoked = create(null);
  ['getPrototypeOf', 'setPrototypeOf', 'isExtensible', 'preventExtensions', 'getOwnPropertyDescriptor', 'defineProperty', 'has',
   'get', 'set', 'deleteProperty', 'ownKeys', 'apply', 'construct'].forEach(function (name) {
    Object.defineProperty(revoked, name, { get: function () { throw new TypeError_('the proxy has been revoked'); } });
  });

  host.publish(Proxy_, {
    revocable: function revocable(target, handler) {
      var proxy = new Proxy_(target, handler);
      return { proxy: proxy, revoke: host_tidy(function () {
        if (proxy !== null) set_handler(proxy, revoked);
        proxy = null;
      }) };
    }
  });
  var host_tidy = host.tidy, set_handler = host.set_proxy_handler;
})
