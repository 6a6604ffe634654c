// Sorting: numbers and records by comparators, strings without one.
var seed = 42;
function random() { seed = (seed * 1103515245 + 12345) % 2147483648; return seed; }
var numbers = [], records = [], names = [];
for (var i = 0; i < 8000; i++) numbers.push(random() % 100000);
for (var j = 0; j < 4000; j++) records.push({ group: random() % 20, name: 'n' + random() % 1000, at: j });
for (var k = 0; k < 8000; k++) names.push('name' + random() % 100000);
numbers.sort(function (a, b) { return a - b; });
records.sort(function (a, b) { return a.group - b.group || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0); });
names.sort();
var sum = 0;
for (var n = 0; n < 8000; n += 97) sum = (sum * 31 + numbers[n]) % 1000003;
for (var r = 0; r < 4000; r += 89) sum = (sum * 31 + records[r].at) % 1000003;
return sum + names[0] + names[4000] + names[7999];
