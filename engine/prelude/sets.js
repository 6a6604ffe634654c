// What Sets make of one another. The other one may be anything that has a size and methods `has` and `keys`.
(function (host) {
  'use strict';

  var call = host.call, TypeError_ = TypeError, RangeError_ = RangeError, Number_ = Number, trunc = Math.trunc, Set_ = Set;
  var prototype = Set.prototype, set_has = prototype.has, set_add = prototype.add, set_delete = prototype.delete;
  var set_each = prototype.forEach, set_values = prototype.values;
  var size_of = Object.getOwnPropertyDescriptor(prototype, 'size').get, next_of = Object.getPrototypeOf(new Set().values()).next;

  function is_object(value) {
    return typeof value === 'object' ? value !== null : typeof value === 'function';
  }

  function record_of(other) {
    var size, record;
    if (!is_object(other)) throw new TypeError_('a Set is needed, or what is like one');
    size = Number_(other.size);
    if (size !== size) throw new TypeError_("the other set's size is not a number");
    size = trunc(size);
    if (size < 0) throw new RangeError_("the other set's size is negative");
    record = { set: other, size: size, has: other.has, keys: undefined };
    if (typeof record.has !== 'function') throw new TypeError_('the other set has no method has');
    record.keys = other.keys;
    if (typeof record.keys !== 'function') throw new TypeError_('the other set has no method keys');
    return record;
  }

  function copy(set) {
    var made = new Set_();
    call(set_each, set, function (value) { call(set_add, made, value); });
    return made;
  }

  // Hands the other set's keys to `body` until that answers true; whether it did. `begin` runs when there is an iterator.
  function some_key(other, body, begin) {
    var iterator = call(other.keys, other.set), next, result, method;
    if (!is_object(iterator)) throw new TypeError_('the iterator is not an object');
    next = iterator.next;
    if (begin !== undefined) begin();
    for (;;) {
      result = call(next, iterator);
      if (!is_object(result)) throw new TypeError_('the iterator result is not an object');
      if (result.done) return false;
      if (body(result.value) === true) break;
    }
    method = iterator.return;
    if (method !== undefined && method !== null && !is_object(call(method, iterator)))
      throw new TypeError_('the iterator result is not an object');
    return true;
  }

  // The same for the values of a Set, whatever is added or taken away meanwhile.
  function some_value(set, body) {
    var iterator = call(set_values, set), result;
    while (!(result = call(next_of, iterator)).done) if (body(result.value) === true) return true;
    return false;
  }

  function in_other(other, value) {
    return !!call(other.has, other.set, value);
  }

  host.publish(prototype, {
    union: function union(other) {
      var made, self = this;
      call(size_of, this);
      some_key(record_of(other), function (value) { call(set_add, made, value); }, function () { made = copy(self); });
      return made;
    },
    intersection: function intersection(other) {
      var made = new Set_(), self = this, size = call(size_of, this);
      other = record_of(other);
      if (size <= other.size) some_value(this, function (value) { if (in_other(other, value)) call(set_add, made, value); });
      else some_key(other, function (value) { if (call(set_has, self, value)) call(set_add, made, value); });
      return made;
    },
    difference: function difference(other) {
      var made, size = call(size_of, this);
      other = record_of(other);
      made = copy(this);
      if (size <= other.size) some_value(this, function (value) { if (in_other(other, value)) call(set_delete, made, value); });
      else some_key(other, function (value) { call(set_delete, made, value); });
      return made;
    },
    symmetricDifference: function symmetricDifference(other) {
      var made, self = this;
      call(size_of, this);
      some_key(record_of(other), function (value) {
        if (call(set_has, self, value)) call(set_delete, made, value);
        else call(set_add, made, value);
      }, function () { made = copy(self); });
      return made;
    },
    isSubsetOf: function isSubsetOf(other) {
      var size = call(size_of, this);
      other = record_of(other);
      return size <= other.size && !some_value(this, function (value) { return !in_other(other, value); });
    },
    isSupersetOf: function isSupersetOf(other) {
      var self = this, size = call(size_of, this);
      other = record_of(other);
      return size >= other.size && !some_key(other, function (value) { return !call(set_has, self, value); });
    },
    isDisjointFrom: function isDisjointFrom(other) {
      var self = this, size = call(size_of, this);
      other = record_of(other);
      return size <= other.size ? !some_value(this, function (value) { return in_other(other, value); })
                                : !some_key(other, function (value) { return call(set_has, self, value); });
    }
  });
})
