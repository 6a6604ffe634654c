// Properties of objects: records, nested ones, lists linked by them, prototypes, objects as dictionaries.
function Vector(x, y, z) { this.x = x; this.y = y; this.z = z; }
Vector.prototype.plus = function (o) { return new Vector(this.x + o.x, this.y + o.y, this.z + o.z); };
Vector.prototype.dot = function (o) { return this.x * o.x + this.y * o.y + this.z * o.z; };
var total = new Vector(0, 0, 0), step = new Vector(1, 2, 3), sum = 0;
for (var i = 0; i < 20000; i++) {
  total = total.plus(step);
  sum += total.dot(step) % 7;
}
var list = null;
for (var j = 0; j < 2000; j++) list = { value: j, next: list, tag: 't' };
for (var round = 0; round < 20; round++)
  for (var node = list; node !== null; node = node.next) sum += node.value;
var users = [];
for (var u = 0; u < 200; u++)
  users.push({ id: u, name: 'user' + u, email: 'u' + u + '@example.com', age: u % 80, city: 'c' + u % 10, active: u % 2 === 0,
    score: u * 1.5, level: u % 5, address: { street: 's', zip: 1000 + u, country: 'de' } });
for (var k = 0; k < 50; k++)
  for (var n = 0; n < users.length; n++) {
    var user = users[n];
    if (user.active && user.age > 20) sum += user.address.zip + user.level;
    user.score += 1;
    user.level = (user.level + 1) % 5;
  }
var counts = {};
for (var w = 0; w < 30000; w++) {
  var key = 'k' + w % 100;
  counts[key] = (counts[key] || 0) + 1;
}
for (var name in counts) if (counts.hasOwnProperty(name)) sum += counts[name];
return sum + total.x + Object.keys(counts).length;
