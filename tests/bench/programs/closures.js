// Closures: captured variables, callbacks of arrays, functions that make functions, currying, memoised ones.
function counter(start) {
  var value = start;
  return { up: function () { value++; return value; }, get: function () { return value; } };
}
var sum = 0, counters = [];
for (var i = 0; i < 500; i++) counters.push(counter(i));
for (var round = 0; round < 40; round++) counters.forEach(function (c) { sum += c.up(); });
function compose() {
  var parts = Array.prototype.slice.call(arguments);
  return function (x) { return parts.reduce(function (value, f) { return f(value); }, x); };
}
var pipeline = compose(function (x) { return x + 1; }, function (x) { return x * 2; }, function (x) { return x - 3; });
for (var p = 0; p < 5000; p++) sum += pipeline(p);
var rows = [];
for (var r = 0; r < 1000; r++) rows.push({ id: r, group: r % 10, value: r * 3 });
for (var k = 0; k < 10; k++) {
  var limit = k * 100, factor = k + 1;
  sum += rows.filter(function (row) { return row.value > limit; })
    .map(function (row) { return row.value * factor; })
    .reduce(function (a, b) { return a + b; }, 0);
}
function memo(f) {
  var known = {};
  return function (n) { return n in known ? known[n] : (known[n] = f(n)); };
}
var square = memo(function (n) { return n * n; });
for (var m = 0; m < 20000; m++) sum += square(m % 50);
function adder(a) { return function (b) { return function (c) { return a + b + c; }; }; }
for (var q = 0; q < 5000; q++) sum += adder(q)(1)(2);
var total = 0;
function bump(by) { total += by; }
for (var t = 0; t < 50000; t++) bump(t & 3);
return sum + total;
