// Writes unicode_tables.inc: what regular expressions know of Unicode, asked of the ICU inside of Node, and checked.
//
// Usage: node make_tables.js > unicode_tables.inc    (Node 20 or later; the version of Unicode is in the first line)
'use strict';

const LAST = 0x10ffff;

const categories = `Lu Uppercase_Letter|Ll Lowercase_Letter|Lt Titlecase_Letter|LC Cased_Letter|Lm Modifier_Letter|Lo Other_Letter|
L Letter|Mn Nonspacing_Mark|Mc Spacing_Mark|Me Enclosing_Mark|M Mark Combining_Mark|Nd Decimal_Number digit|Nl Letter_Number|
No Other_Number|N Number|Pc Connector_Punctuation|Pd Dash_Punctuation|Ps Open_Punctuation|Pe Close_Punctuation|
Pi Initial_Punctuation|Pf Final_Punctuation|Po Other_Punctuation|P Punctuation punct|Sm Math_Symbol|Sc Currency_Symbol|
Sk Modifier_Symbol|So Other_Symbol|S Symbol|Zs Space_Separator|Zl Line_Separator|Zp Paragraph_Separator|Z Separator|Cc Control cntrl|
Cf Format|Cs Surrogate|Co Private_Use|Cn Unassigned|C Other`;

const binaries = `ASCII|ASCII_Hex_Digit AHex|Alphabetic Alpha|Any|Assigned|Bidi_Control Bidi_C|Bidi_Mirrored Bidi_M|Case_Ignorable CI|
Cased|Changes_When_Casefolded CWCF|Changes_When_Casemapped CWCM|Changes_When_Lowercased CWL|Changes_When_NFKC_Casefolded CWKCF|
Changes_When_Titlecased CWT|Changes_When_Uppercased CWU|Dash|Default_Ignorable_Code_Point DI|Deprecated Dep|Diacritic Dia|Emoji|
Emoji_Component EComp|Emoji_Modifier EMod|Emoji_Modifier_Base EBase|Emoji_Presentation EPres|Extended_Pictographic ExtPict|
Extender Ext|Grapheme_Base Gr_Base|Grapheme_Extend Gr_Ext|Hex_Digit Hex|IDS_Binary_Operator IDSB|IDS_Trinary_Operator IDST|
ID_Continue IDC|ID_Start IDS|Ideographic Ideo|Join_Control Join_C|Logical_Order_Exception LOE|Lowercase Lower|Math|
Noncharacter_Code_Point NChar|Pattern_Syntax Pat_Syn|Pattern_White_Space Pat_WS|Quotation_Mark QMark|Radical|
Regional_Indicator RI|Sentence_Terminal STerm|Soft_Dotted SD|Terminal_Punctuation Term|Unified_Ideograph UIdeo|Uppercase Upper|
Variation_Selector VS|White_Space space|XID_Continue XIDC|XID_Start XIDS`;

const scripts = `Adlm Adlam|Aghb Caucasian_Albanian|Ahom Ahom|Arab Arabic|Armi Imperial_Aramaic|Armn Armenian|Avst Avestan|Bali Balinese|
Bamu Bamum|Bass Bassa_Vah|Batk Batak|Beng Bengali|Berf Beria_Erfe|Bhks Bhaiksuki|Bopo Bopomofo|Brah Brahmi|Brai Braille|Bugi Buginese|
Buhd Buhid|Cakm Chakma|Cans Canadian_Aboriginal|Cari Carian|Cham Cham|Cher Cherokee|Chrs Chorasmian|Copt Coptic Qaac|
Cpmn Cypro_Minoan|Cprt Cypriot|Cyrl Cyrillic|Deva Devanagari|Diak Dives_Akuru|Dogr Dogra|Dsrt Deseret|Dupl Duployan|
Egyp Egyptian_Hieroglyphs|Elba Elbasan|Elym Elymaic|Ethi Ethiopic|Gara Garay|Geor Georgian|Glag Glagolitic|Gong Gunjala_Gondi|
Gonm Masaram_Gondi|Goth Gothic|Gran Grantha|Grek Greek|Gujr Gujarati|Gukh Gurung_Khema|Guru Gurmukhi|Hang Hangul|Hani Han|
Hano Hanunoo|Hatr Hatran|Hebr Hebrew|Hira Hiragana|Hluw Anatolian_Hieroglyphs|Hmng Pahawh_Hmong|Hmnp Nyiakeng_Puachue_Hmong|
Hung Old_Hungarian|Ital Old_Italic|Java Javanese|Kali Kayah_Li|Kana Katakana|Kawi Kawi|Khar Kharoshthi|Khmr Khmer|Khoj Khojki|
Kits Khitan_Small_Script|Knda Kannada|Krai Kirat_Rai|Kthi Kaithi|Lana Tai_Tham|Laoo Lao|Latn Latin|Lepc Lepcha|Limb Limbu|
Lina Linear_A|Linb Linear_B|Lisu Lisu|Lyci Lycian|Lydi Lydian|Mahj Mahajani|Maka Makasar|Mand Mandaic|Mani Manichaean|Marc Marchen|
Medf Medefaidrin|Mend Mende_Kikakui|Merc Meroitic_Cursive|Mero Meroitic_Hieroglyphs|Mlym Malayalam|Modi Modi|Mong Mongolian|
Mroo Mro|Mtei Meetei_Mayek|Mult Multani|Mymr Myanmar|Nagm Nag_Mundari|Nand Nandinagari|Narb Old_North_Arabian|Nbat Nabataean|
Newa Newa|Nkoo Nko|Nshu Nushu|Ogam Ogham|Olck Ol_Chiki|Onao Ol_Onal|Orkh Old_Turkic|Orya Oriya|Osge Osage|Osma Osmanya|
Ougr Old_Uyghur|Palm Palmyrene|Pauc Pau_Cin_Hau|Perm Old_Permic|Phag Phags_Pa|Phli Inscriptional_Pahlavi|Phlp Psalter_Pahlavi|
Phnx Phoenician|Plrd Miao|Prti Inscriptional_Parthian|Rjng Rejang|Rohg Hanifi_Rohingya|Runr Runic|Samr Samaritan|
Sarb Old_South_Arabian|Saur Saurashtra|Sgnw SignWriting|Shaw Shavian|Shrd Sharada|Sidd Siddham|Sidt Sidetic|Sind Khudawadi|
Sinh Sinhala|Sogd Sogdian|Sogo Old_Sogdian|Sora Sora_Sompeng|Soyo Soyombo|Sund Sundanese|Sunu Sunuwar|Sylo Syloti_Nagri|Syrc Syriac|
Tagb Tagbanwa|Takr Takri|Tale Tai_Le|Talu New_Tai_Lue|Taml Tamil|Tang Tangut|Tavt Tai_Viet|Tayo Tai_Yo|Telu Telugu|Tfng Tifinagh|
Tglg Tagalog|Thaa Thaana|Thai Thai|Tibt Tibetan|Tirh Tirhuta|Tnsa Tangsa|Todr Todhri|Tols Tolong_Siki|Toto Toto|
Tutg Tulu_Tigalari|Ugar Ugaritic|Vaii Vai|Vith Vithkuqi|Wara Warang_Citi|Wcho Wancho|Xpeo Old_Persian|Xsux Cuneiform|Yezi Yezidi|
Yiii Yi|Zanb Zanabazar_Square|Zinh Inherited Qaai|Zyyy Common|Zzzz Unknown`;

const rows = text => text.replace(/\n/g, '').split('|').map(row => row.trim().split(' '));

function test_of(expression) {
  const pattern = new RegExp(`^${expression}$`, 'u');
  return c => pattern.test(String.fromCodePoint(c));
}

// -- sets, as gaps and lengths in bytes of seven bits; equal sets are written once

const bytes = [], sets = [], known = new Map();
const put = n => { while (n >= 128) { bytes.push(n & 127 | 128); n >>= 7; } bytes.push(n); };

function ranges_of(test) {
  const ranges = [];
  for (let c = 0; c <= LAST; c++) {
    if (!test(c)) continue;
    let end = c;
    while (end < LAST && test(end + 1)) end++;
    ranges.push([c, end]);
    c = end;
  }
  return ranges;
}

function add_set(expression) {
  const ranges = ranges_of(test_of(expression)), key = JSON.stringify(ranges);
  if (known.has(key)) return known.get(key);
  const number = sets.length;
  known.set(key, number);
  sets.push([bytes.length, ranges.length]);
  let last = 0;
  for (const [begin, end] of ranges) {
    put(begin - last);
    put(end - begin);
    last = end;
  }
  return number;
}

function names_of(list, expression) {
  const out = [];
  for (const names of rows(list)) {
    const set = expression(names[0]);
    for (const name of new Set(names)) out.push([name, ...set]);
  }
  return out.sort((a, b) => a[0] < b[0] ? -1 : 1);
}

// -- which characters are one when case is ignored: [character, the one that stands for all of them]

function folds_unicode() {
  const buckets = new Map(), leader = new Map(), out = [];
  const find = c => { while (leader.has(c) && leader.get(c) !== c) c = leader.get(c); return c; };
  const join = (a, b) => { if (!leader.has(a)) leader.set(a, a); if (!leader.has(b)) leader.set(b, b); leader.set(find(a), find(b)); };
  for (let c = 0; c <= LAST; c++) {
    if (c >= 0xd800 && c < 0xe000) continue;
    const text = String.fromCodePoint(c), upper = text.toUpperCase(), lower = text.toLowerCase();
    if (upper === text && lower === text) continue;
    for (const other of [upper, lower, upper.toLowerCase(), lower.toUpperCase()])
      if ([...other].length === 1) join(c, other.codePointAt(0));
    if ([...upper].length > 1) {
      if (buckets.has(upper)) join(c, buckets.get(upper));
      else buckets.set(upper, c);
    }
  }
  const classes = new Map();
  for (const c of leader.keys()) classes.set(find(c), [...classes.get(find(c)) ?? [], c]);
  for (const members of classes.values()) {
    members.sort((a, b) => a - b);
    const done = new Set();
    for (const first of members) {
      if (done.has(first)) continue;
      const pattern = new RegExp(`^\\u{${first.toString(16)}}$`, 'iu');
      for (const other of members)
        if (other > first && pattern.test(String.fromCodePoint(other))) { out.push([other, first]); done.add(other); }
    }
  }
  return out.sort((a, b) => a[0] - b[0]);
}

function folds_plain() {
  const out = [];
  for (let c = 0; c <= 0xffff; c++) {
    const upper = String.fromCharCode(c).toUpperCase();
    if (upper.length !== 1) continue;
    const to = upper.charCodeAt(0);
    if (to !== c && !(c >= 128 && to < 128)) out.push([c, to]);
  }
  const map = new Map(out);
  for (const [, to] of out) if (map.has(to)) throw new Error('upper case is not its own upper case');
  return out;
}

// Runs of {first, last, stride, difference}.
function runs_of(pairs) {
  const runs = [];
  for (const [from, to] of pairs) {
    const run = runs[runs.length - 1], difference = to - from;
    if (run !== undefined && run.difference === difference) {
      const step = from - run.last;
      if ((run.first === run.last && step <= 2) || step === run.stride) {
        run.stride = step;
        run.last = from;
        continue;
      }
    }
    runs.push({ first: from, last: from, stride: 1, difference });
  }
  return runs;
}

// -- the file

const lines = ['// Generated by make_tables.js from Unicode ' + process.versions.unicode + '; never edited by hand.'];
const table = (head, cells) => {
  lines.push(head + ' = {');
  let line = ' ';
  for (const cell of cells) {
    if (line.length + cell.length > 150) { lines.push(line); line = ' '; }
    line += ' ' + cell + ',';
  }
  lines.push(line, '};');
};

const category_names = names_of(categories, name => [add_set(`\\p{gc=${name}}`)]);
const binary_names = names_of(binaries, name => [add_set(`\\p{${name}}`)]);
const assigned = [];
const script_names = names_of(scripts, name => {
  if (name === 'Zzzz') return [add_set(`[^${rows(scripts).filter(r => r[0] !== 'Zzzz').map(r => `\\p{sc=${r[0]}}`).join('')}]`),
                               add_set(`[^${rows(scripts).filter(r => r[0] !== 'Zzzz').map(r => `\\p{sc=${r[0]}}`).join('')}]`)];
  return [add_set(`\\p{sc=${name}}`), add_set(`\\p{scx=${name}}`)];
});
for (let c = 0; c <= LAST; c += 1)
  if (/\p{Assigned}/u.test(String.fromCodePoint(c)) && !/\p{Co}|\p{Cs}/u.test(String.fromCodePoint(c))) assigned.push(c);
const unknown = new RegExp(`^[^${rows(scripts).filter(r => r[0] !== 'Zzzz').map(r => `\\p{sc=${r[0]}}`).join('')}]$`, 'u');
for (const c of assigned) if (unknown.test(String.fromCodePoint(c))) throw new Error('a script is missing: ' + c.toString(16));

table('constexpr unsigned char set_bytes[]', bytes.map(String));
table('constexpr set_place set_places[]', sets.map(([at, count]) => `{${at}, ${count}}`));
table('constexpr named_set category_names[]', category_names.map(([name, set]) => `{"${name}", ${set}, ${set}}`));
table('constexpr named_set binary_names[]', binary_names.map(([name, set]) => `{"${name}", ${set}, ${set}}`));
table('constexpr named_set script_names[]', script_names.map(([name, set, extended]) => `{"${name}", ${set}, ${extended}}`));
const shown = runs => runs.map(r => `{${r.first}, ${r.last}, ${r.stride}, ${r.difference}}`);
table('constexpr fold_run folds_unicode[]', shown(runs_of(folds_unicode())));
table('constexpr fold_run folds_plain[]', shown(runs_of(folds_plain())));
process.stdout.write(lines.join('\n') + '\n');
