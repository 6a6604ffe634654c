// Map and Set: counting, grouping, membership, iteration, objects as keys.
const counts = new Map(), seen = new Set();
let sum = 0;
for (let i = 0; i < 30000; i++) {
  const key = 'key' + (i * 7919) % 500;
  counts.set(key, (counts.get(key) ?? 0) + 1);
  if (!seen.has(i % 1000)) seen.add(i % 1000);
}
for (const [key, count] of counts) sum += key.length * count;
for (const n of seen) sum += n;
const people = Array.from({ length: 500 }, (_, id) => ({ id, group: id % 13 }));
const groups = new Map(), scores = new Map();
for (let round = 0; round < 20; round++)
  for (const person of people) {
    if (!groups.has(person.group)) groups.set(person.group, []);
    groups.get(person.group).push(person);
    scores.set(person, (scores.get(person) || 0) + round);
  }
groups.forEach((members, group) => { sum += members.length * group; });
for (const score of scores.values()) sum += score;
const unique = [...new Set(people.map(p => p.id % 50))];
for (let i = 0; i < 10000; i++) { seen.delete(i % 1000); seen.add(i % 700); }
return sum + unique.length + seen.size + groups.size;
