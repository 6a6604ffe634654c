// Calls of small functions: recursion, several arguments, methods, a function as a value, natives.
function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
function tak(x, y, z) { return y >= x ? z : tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y)); }
function even(n) { return n === 0 ? true : odd(n - 1); }
function odd(n) { return n === 0 ? false : even(n - 1); }
var account = {
  balance: 0,
  deposit: function (amount) { this.balance += amount; return this; },
  withdraw: function (amount) { this.balance -= amount; return this; }
};
function apply(f, a, b) { return f(a, b); }
function add(a, b) { return a + b; }
var sum = fib(22) + tak(12, 8, 4);
for (var i = 0; i < 200; i++) sum += even(100) ? 1 : 0;
for (var j = 0; j < 20000; j++) account.deposit(j % 7).withdraw(j % 5);
for (var k = 0; k < 30000; k++) sum += apply(add, k, 1);
for (var m = 0; m < 30000; m++) sum += Math.max(m, 3) + Math.floor(m / 2);
return sum + account.balance;
