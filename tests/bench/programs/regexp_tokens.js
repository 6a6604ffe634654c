// Tokenising with a sticky expression of alternatives, and reading structured text: names, dates, addresses, templates.
var source = new Array(120).join('const total = items.map(x => x.price * 1.25e2).filter(p => p >= 10); // sum "all"\n' +
  'if (total.length !== 0x1F) { return "a \\"quoted\\" text" + `tpl`; } /* block */ else { throw new Error(\'no\'); }\n');
var token = /(?<space>\s+)|(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<number>0[xX][\da-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_$][\w$]*)|(?<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)|(?<sign>=>|[!=]={0,2}|[&|]{1,2}|[<>]=?|[-+*\/%]=?|[{}()\[\].,;:?])/y;
var counts = { space: 0, comment: 0, number: 0, name: 0, string: 0, sign: 0 }, sum = 0;
token.lastIndex = 0;
for (var found; (found = token.exec(source)) !== null; ) {
  if (found.groups.name !== undefined) counts.name++;
  else if (found.groups.number !== undefined) counts.number += found[0].length;
  else if (found.groups.string !== undefined) counts.string++;
  else counts.sign++;
}
var people = [];
for (var i = 0; i < 600; i++)
  people.push('Name' + i + ' Müller <user' + i + '@example.org>, born ' + (1950 + i % 60) + '-' + (10 + i % 3) + '-' + (10 + i % 18) + ', tel. +49 (30) ' + (100000 + i * 7));
for (var n = 0; n < people.length; n++) {
  var line = people[n];
  sum += line.replace(/(?<y>\d{4})-(?<m>\d\d)-(?<d>\d\d)/, '$<d>.$<m>.$<y>').length;
  sum += line.replace(/[^\d+]/g, '').length;
  sum += /^(\S+)\s+([\wäöüß]+)\s+<([^@>]+)@([^>]+)>/.exec(line)[3].length;
  sum += line.split(/,\s*/).length;
  sum += /(?<=tel\. )\+(\d+)/.exec(line)[1].length;
  sum += line.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').length;
}
var text = people.join('\n');
sum += text.match(/\b[A-Z]\w+\b/g).length + text.replace(/\{\{(\w+)\}\}/g, '').length + (text.match(/born (\d{4})/g) || []).length;
sum += 'camelCaseStringsAreHereAndThere'.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase().length;
return [sum, counts.name, counts.number, counts.string, counts.sign];
