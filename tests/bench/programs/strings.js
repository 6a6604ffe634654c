// Strings: characters, pieces, search, split and join, building by appends, case, comparing.
var words = 'the quick brown fox jumps over the lazy dog while seven wizards make toxic brew'.split(' ');
var text = '';
for (var i = 0; i < 4000; i++) text += words[i % words.length] + ' ';
var hash = 0;
for (var c = 0; c < text.length; c++) hash = (hash * 31 + text.charCodeAt(c)) | 0;
var vowels = 0;
for (var v = 0; v < text.length; v++) {
  var letter = text[v];
  if (letter === 'a' || letter === 'e' || letter === 'i' || letter === 'o' || letter === 'u') vowels++;
}
var pieces = text.split(' '), longer = 0, upper = [];
for (var p = 0; p < pieces.length; p++) {
  var piece = pieces[p];
  if (piece.length > 4 && piece.indexOf('o') >= 0) longer++;
  upper.push(piece.slice(0, 1).toUpperCase() + piece.substring(1));
}
var found = 0;
for (var at = text.indexOf('fox'); at >= 0; at = text.indexOf('fox', at + 1)) found++;
var padded = 0;
for (var n = 0; n < 4000; n++) padded += ('0000' + n).slice(-5).trim().length;
var reversed = pieces.reverse().join('-'), smaller = 0;
for (var q = 1; q < pieces.length; q++) if (pieces[q - 1] < pieces[q]) smaller++;
var lines = [];
for (var r = 0; r < 3000; r++) lines.push('row ' + r + ': ' + words[r % words.length] + ', ' + (r * 7 % 100) + '%');
return [hash, vowels, longer, upper.join('').length, found, padded, reversed.length, smaller, lines.join('\n').length].join();
