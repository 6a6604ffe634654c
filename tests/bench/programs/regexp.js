// Regular expressions: tests, captures, global matches, replacing by text and by function, splitting.
var lines = [];
for (var i = 0; i < 400; i++)
  lines.push('2024-0' + (1 + i % 9) + '-1' + i % 10 + ' host' + i % 7 + ' user.' + i + '@mail' + i % 3 + '.example.com GET /api/v1/items/' +
    i + '?q=' + i * 3 + ' ' + (i % 4 ? 200 : 404) + ' ' + i * 17 + 'ms');
var date = /^(\d{4})-(\d\d)-(\d\d)/, mail = /[\w.+-]+@[\w-]+\.[\w.-]+/, query = /\/([a-z]+)\/(\d+)\?q=(\d+)/;
var sum = 0;
for (var round = 0; round < 5; round++)
  for (var n = 0; n < lines.length; n++) {
    var line = lines[n], parts = date.exec(line), found = query.exec(line);
    sum += Number(parts[2]) + found[3].length + mail.exec(line)[0].length;
    if (/\b404\b/.test(line)) sum++;
    sum += line.replace(/\d+/g, '#').length;
    sum += line.replace(/([a-z]+)(\d)/g, function (all, word, digit) { return digit + word; }).length;
    sum += line.split(/[\s\/?=]+/).length;
    sum += (line.match(/[aeiou]/gi) || []).length;
  }
var html = new Array(200).join('<p class="a">text <b>bold</b> &amp; more</p>\n');
sum += html.replace(/<[^>]*>/g, '').length + html.match(/<(\w+)[^>]*>.*?<\/\1>/g).length;
return sum;
