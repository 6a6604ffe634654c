// JSON both ways: many small records, nesting, numbers, text with escapes.
var rows = [];
for (var i = 0; i < 1000; i++)
  rows.push({ id: i, name: 'Item number ' + i, price: i * 1.25, tags: ['new', 'sale', 't' + i % 7], stock: { here: i % 9, there: null },
    note: i % 3 ? 'plain text' : 'with "quotes", a \\ and\na line \u00e9', ok: i % 2 === 0 });
var size = 0, back;
for (var round = 0; round < 8; round++) {
  var text = JSON.stringify(rows);
  back = JSON.parse(text);
  size += text.length + back.length;
}
size += JSON.stringify(back.slice(0, 100), null, 2).length;
for (var s = 0; s < 3000; s++) size += JSON.parse(JSON.stringify({ a: s, b: [s], c: 'x' })).a;
return size + back[999].note.length + back[500].price;
