// What patterns match: where the whole match and each group begin and end, as Node answers.
#include "engine/regexp/compiler.hpp"
#include "engine/regexp/matcher.hpp"
#include "engine/regexp/plain_memory.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using namespace enclaved::regexp;

namespace {

struct row {
  std::u16string_view pattern;
  std::string_view flags;
  std::u16string_view text;
  std::string_view expected;
};

std::string bytes_of(std::u16string_view text) {
  std::string out;
  for (const unsigned unit : text) {
    if (unit < 0x80) {
      out += static_cast<char>(unit);
      continue;
    }
    if (unit < 0x800) {
      out += static_cast<char>(0xc0 | unit >> 6);
    } else {
      out += static_cast<char>(0xe0 | unit >> 12);
      out += static_cast<char>(0x80 | (unit >> 6 & 0x3f));
    }
    out += static_cast<char>(0x80 | (unit & 0x3f));
  }
  return out;
}

std::string matched(const program& code, std::u16string_view text, bool wide) {
  const std::string narrow(text.begin(), text.end());
  const subject in{wide ? static_cast<const void*>(text.data()) : narrow.data(),
                   static_cast<std::uint32_t>(text.size()), wide};
  std::vector<std::uint32_t> at(2 * code.captures);
  plain_memory memory;
  if (match(code, in, {0, code.has(sticky)}, memory, at.data()) != found::yes) return "none";
  std::string out;
  for (std::uint32_t i = 0; i < code.captures; ++i) {
    if (i != 0) out += ' ';
    if (at[2 * i] == unset || at[2 * i + 1] == unset)
      out += "unset";
    else
      out += std::to_string(at[2 * i]) + '-' + std::to_string(at[2 * i + 1]);
  }
  return out;
}

/// A text of ASCII is matched both ways.
std::string answer(const row& it) {
  const auto pattern = bytes_of(it.pattern);
  const auto flags = flags_of(it.flags);
  if (!flags) return "error: flags";
  const auto early = check_pattern(pattern, it.flags);
  plain_memory memory;
  const auto made = compile(memory, pattern, *flags);
  if ((made.code == nullptr) != early.has_value()) return "checking and compiling differ";
  if (made.code == nullptr) return "error: " + std::string(made.wrong.sentence);
  const bool ascii = std::all_of(it.text.begin(), it.text.end(), [](char16_t unit) { return unit < 128; });
  const auto wide = matched(*made.code, it.text, true);
  if (ascii && matched(*made.code, it.text, false) != wide) return "bytes and units differ";
  return wide;
}

void check_all(std::initializer_list<row> rows) {
  for (const auto& it : rows) {
    INFO('/' << bytes_of(it.pattern) << '/' << it.flags << " in " << bytes_of(it.text));
    CHECK(answer(it) == it.expected);
  }
}

} // namespace

TEST_CASE("regular expressions: characters, sets and assertions") {
  check_all({
      {u"abc", "", u"xabcx", "1-4"},
      {u"", "", u"abc", "0-0"},
      {u"a.c", "",
       u"a\xa"
       u"c abc",
       "4-7"},
      {u"a.c", "s",
       u"a\xa"
       u"c",
       "0-3"},
      {u"^b", "", u"ab", "none"},
      {u"^b", "m",
       u"a\xa"
       u"b",
       "2-3"},
      {u"a$", "",
       u"a\xa"
       u"b",
       "none"},
      {u"a$", "m",
       u"a\xa"
       u"b",
       "0-1"},
      {u"\\bfoo\\b", "", u"a foo b", "2-5"},
      {u"\\Boo", "", u"foo", "1-3"},
      {u"[a-c]+", "", u"xxabcabcx", "2-8"},
      {u"[^a-c]+", "", u"abcxyz", "3-6"},
      {u"[]", "", u"a", "none"},
      {u"[^]", "", u"\xa", "0-1"},
      {u"[\\d.]+", "", u"v1.25x", "1-5"},
      {u"[\\w-]+", "", u"  foo-bar_9 ", "2-11"},
      {u"[a\\]b]+", "", u"]ab", "0-3"},
      {u"[\\b]", "",
       u"a\x8"
       u"b",
       "1-2"},
      {u"[-a]+", "", u"b-a-", "1-4"},
      {u"[a-]+", "", u"b-a-", "1-4"},
      {u"[\\s\\S]", "", u"\xa", "0-1"},
      {u"\\d+", "", u"abc123def456", "3-6"},
      {u"\\D+", "", u"123abc", "3-6"},
      {u"\\s+", "",
       u"ab \x9\xa\xa0\xfeff"
       u"c",
       "2-7"},
      {u"\\S+", "", u"  ab  ", "2-4"},
      {u"\\w+", "",
       u"\xe9"
       u"a_Z9\xe9",
       "1-5"},
      {u"\\W+", "", u"a\xe9-b", "1-3"},
      {u"\\x41\\u0042\\103", "", u"ABC", "0-3"},
      {u"\\cJ", "",
       u"a\xa"
       u"b",
       "1-2"},
      {u"\\t\\n\\v\\f\\r", "", u"\x9\xa\xb\xc\xd", "0-5"},
      {u"\\.\\*\\\?", "", u".*\?", "0-3"},
      {u".", "",
       u"\x2028"
       u"a",
       "1-2"},
      {u"[\\u0000-\\uffff]", "", u"\xe9", "0-1"},
      {u"\xe9+", "", u"caf\xe9\xe9", "3-5"},
      {u"[\xe0-\xfc]+", "", u"a\xe9\xe8\xfc", "1-4"},
      {u"^$", "", u"", "0-0"},
      {u"^$", "m",
       u"a\xa\xa"
       u"b",
       "2-2"},
      {u"$", "", u"abc", "3-3"},
      {u"\\b", "", u"  a", "2-2"},
      {u"(\?:)", "", u"a", "0-0"},
      {u"x*", "", u"aaa", "0-0"},
      {u"[^\\W\\d]+", "", u"12ab_", "2-5"},
      {u"\\u{41}", "u", u"A", "0-1"},
      {u"\\u{41}", "", u"uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu", "0-41"},
  });
}

TEST_CASE("regular expressions: repetition") {
  check_all({
      {u"a*", "", u"aaab", "0-3"},
      {u"a+", "", u"baaab", "1-4"},
      {u"a\?", "", u"ab", "0-1"},
      {u"a*\?b", "", u"aaab", "0-4"},
      {u"a+\?", "", u"aaa", "0-1"},
      {u"a\?\?b", "", u"ab", "0-2"},
      {u"a{2}", "", u"aaa", "0-2"},
      {u"a{2,}", "", u"aaaa", "0-4"},
      {u"a{1,2}", "", u"aaa", "0-2"},
      {u"a{0}b", "", u"ab", "1-2"},
      {u"a{2,3}\?", "", u"aaaa", "0-2"},
      {u"(ab)+", "", u"ababa", "0-4 2-4"},
      {u"(ab)+\?c", "", u"ababc", "0-5 2-4"},
      {u"(a*)*", "", u"aab", "0-2 0-2"},
      {u"(a*)+", "", u"b", "0-0 0-0"},
      {u"(a*){2,}", "", u"aa", "0-2 2-2"},
      {u"(\?:a|ab)(\?:c|bcd)(\?:d*)", "", u"abcd", "0-4"},
      {u"(a|ab)(c|bcd)(d*)", "", u"abcd", "0-4 0-1 1-4 4-4"},
      {u"(z)((a+)\?(b+)\?(c))*", "", u"zaacbbbcac", "0-10 0-1 8-10 8-9 unset 9-10"},
      {u"(\?:(a)|b)*", "", u"ab", "0-2 unset"},
      {u"(\?:(a)|(b))+", "", u"aba", "0-3 2-3 unset"},
      {u"((a)|(b)){2}", "", u"ab", "0-2 1-2 unset 1-2"},
      {u"(a\?)*\?b", "", u"aab", "0-3 1-2"},
      {u"(\?:a\?)*\?$", "", u"aa", "0-2"},
      {u"(\?:a*\?){3}", "", u"aaa", "0-0"},
      {u"(\\d{1,3}\\.){3}\\d{1,3}", "", u"ip 192.168.1.254 x", "3-16 11-13"},
      {u"\"(\?:[^\"\\\\]|\\\\.)*\"", "", u"say \"a\\\"b\" ok", "4-10"},
      {u"<.+\?>", "", u"<a><b>", "0-3"},
      {u"<.+>", "", u"<a><b>", "0-6"},
      {u"<[^>]*>", "", u"x <a b> y", "2-7"},
      {u".*b", "", u"aabab", "0-5"},
      {u".*\?b", "", u"aabab", "0-3"},
      {u"\\w+@\\w+\\.com", "", u"mail bob@site.com now", "5-17"},
      {u"(a+)+$", "", u"aaaa", "0-4 0-4"},
      {u"(\?:a+b\?)+c", "", u"aabac", "0-5"},
      {u"(x+x+)+y", "", u"xxxxy", "0-5 0-4"},
      {u"a{3,1}", "", u"a", "error: numbers out of order in {} quantifier"},
      {u"a{,2}", "", u"a{,2}", "0-5"},
      {u"a{", "", u"a{", "0-2"},
      {u"a{1", "", u"a{1", "0-3"},
      {u"{1}", "", u"x", "error: Nothing to repeat"},
      {u"x{2147483648}", "", u"x", "none"},
      {u"(\?:ab){2,}\?", "", u"ababab", "0-4"},
      {u"(\?:a{2}){2}", "", u"aaaaa", "0-4"},
      {u"\\d{2,4}", "", u"12345", "0-4"},
      {u"(a{0,2})*b", "", u"aaab", "0-4 2-3"},
      {u"(\?:(a)|b|c)*\?d", "", u"abcd", "0-4 unset"},
      {u"(a(b)\?)+", "", u"aba", "0-3 2-3 unset"},
      {u"(a(b)\?){2}", "", u"aba", "0-3 2-3 unset"},
  });
}

TEST_CASE("regular expressions: groups, references and names") {
  check_all({
      {u"(a)(b)\?(c)", "", u"ac", "0-2 0-1 unset 1-2"},
      {u"(a)\\1", "", u"aa", "0-2 0-1"},
      {u"(a)|b\\1", "", u"b", "0-1 unset"},
      {u"\\1(a)", "", u"a", "0-1 0-1"},
      {u"(\\1a)", "", u"a", "0-1 0-1"},
      {u"(a\\1)", "", u"a", "0-1 0-1"},
      {u"(\?:(a)|b)\\1", "", u"b", "0-1 unset"},
      {u"([\"']).*\?\\1", "", u"a \"b' c\" d", "2-8 2-3"},
      {u"(a*)b\\1", "", u"aabaac", "0-5 0-2"},
      {u"(a)(\?:b)(c)", "", u"abc", "0-3 0-1 2-3"},
      {u"((a)(b))", "", u"ab", "0-2 0-2 0-1 1-2"},
      {u"(\?<year>\\d{4})-(\?<month>\\d\\d)", "", u"on 2024-05-06", "3-10 3-7 8-10"},
      {u"(\?<x>a)\\k<x>", "", u"aa", "0-2 0-1"},
      {u"\\k<x>(\?<x>a)", "", u"a", "0-1 0-1"},
      {u"\\k<x>", "", u"k<x>", "0-4"},
      {u"(\?<a>.)(\?<b>.)\\k<b>\\k<a>", "", u"abba", "0-4 0-1 1-2"},
      {u"(\?<$a_1>x)", "", u"x", "0-1 0-1"},
      {u"(\?<\xe9>x)", "", u"x", "0-1 0-1"},
      {u"(\?<\\u0061b>x)\\k<ab>", "", u"xx", "0-2 0-1"},
      {u"(\?<a>x)(\?<a>y)", "", u"xy", "error: Duplicate capture group name"},
      {u"(\?<1>x)", "", u"x", "error: Invalid capture group name"},
      {u"(\?<a", "", u"x", "error: Invalid capture group name"},
      {u"(\?<a>x", "", u"x", "error: Unterminated group"},
      {u"(\?<>x)", "", u"x", "error: Invalid capture group name"},
      {u"\\k<b>(\?<a>x)", "", u"x", "error: Invalid named capture referenced"},
      {u"\\k(\?<a>x)", "", u"x", "error: Invalid named reference"},
      {u"(a)\\2", "", u"a\x2", "0-2 0-1"},
      {u"\\8\\9", "", u"89", "0-2"},
      {u"\\12", "", u"\xa", "0-1"},
      {u"\\400", "", u" 0", "0-2"},
      {u"(\?:a(b))+\\1", "", u"ababb", "0-5 3-4"},
      {u"(a|b|c)\\1", "", u"abcc", "2-4 2-3"},
      {u"(\\w+) \\1", "", u"the the cat", "0-7 0-3"},
      {u"(\\w+) \\1", "i", u"The the cat", "0-7 0-3"},
      {u"(\?=(a+))a*b\\1", "", u"baaabac", "3-6 3-4"},
      {u"(.*\?)a(\?!(a+)b\\2c)\\2(.*)", "", u"baaabaac", "0-8 0-2 unset 3-8"},
  });
}

TEST_CASE("regular expressions: looking ahead and behind") {
  check_all({
      {u"a(\?=b)", "", u"acab", "2-3"},
      {u"a(\?!b)", "", u"abac", "2-3"},
      {u"(\?=(a))", "", u"ba", "1-1 1-2"},
      {u"(\?!(a))b", "", u"ab", "1-2 unset"},
      {u"(\?<=a)b", "", u"cbab", "3-4"},
      {u"(\?<!a)b", "", u"abcb", "3-4"},
      {u"(\?<=(\\d+)(\\d+))$", "", u"1053", "4-4 0-1 1-4"},
      {u"(\?<=\\1(a))b", "", u"aab", "2-3 1-2"},
      {u"(\?<=(\\w)\\1)c", "", u"aabbc", "4-5 3-4"},
      {u"(\?<=^|,)x", "", u"a,x", "2-3"},
      {u"(\?<=\\$)\\d+(\\.\\d*)\?", "", u"cost $10.50", "6-11 8-11"},
      {u"(\?<!\\$)\\b\\d+", "", u"$10 20", "4-6"},
      {u"(\?<=a{2})b", "", u"ab aab", "5-6"},
      {u"(\?<=a+\?)b", "", u"aab", "2-3"},
      {u"(\?<=(\?:a|bc)+)d", "", u"abcad", "4-5"},
      {u"(\?<=([abc]+)([abc]+))$", "", u"abc", "3-3 0-1 1-3"},
      {u"(\?<=(\?=b)b)c", "", u"bc", "1-2"},
      {u"(\?=(\?<=a)b)b", "", u"ab", "1-2"},
      {u"(\?<!(a)b)c", "", u"abc bc", "5-6 unset"},
      {u"(\?<=a.c)d", "s",
       u"a\xa"
       u"cd",
       "3-4"},
      {u"(\?=a)*b", "", u"b", "0-1"},
      {u"(\?=a){2}", "", u"a", "0-0"},
      {u"(\?<=a)*", "", u"a", "error: Invalid quantifier"},
      {u"(\?=a)*", "u", u"a", "error: Invalid quantifier"},
      {u"\\d{3}(\?=\\d)", "", u"12345", "0-3"},
      {u"(\?:(\?=(\\w))a)+", "", u"aab", "0-2 1-2"},
      {u"(\?!foo)\\w{3}", "", u"foobar", "1-4"},
      {u"^(\?=.*\\d)(\?=.*[a-z]).{4,}$", "", u"ab1c", "0-4"},
      {u"\\B(\?=(\\d{3})+(\?!\\d))", "", u"1234567", "1-1 4-7"},
      {u"(\?<=\\p{L})\\d", "u",
       u"\xe9"
       u"5",
       "1-2"},
      {u"(\?<=\xd83d\xde00)x", "u", u"\xd83d\xde00x", "2-3"},
      {u"(\?<=^.)x", "u", u"\xd83d\xde00x", "2-3"},
      {u"(\?<=[^\xd83d\xde00])x", "u", u"\xd83d\xde00x", "none"},
  });
}

TEST_CASE("regular expressions: case") {
  check_all({
      {u"abc", "i", u"xABCx", "1-4"},
      {u"[a-z]+", "i", u"ABC", "0-3"},
      {u"[^a]", "i", u"Ab", "1-2"},
      {u"\\u212a", "i", u"k", "none"},
      {u"\\u212a", "iu", u"k", "0-1"},
      {u"k", "iu", u"\x212a", "0-1"},
      {u"k", "i", u"\x212a", "none"},
      {u"[k]", "iu", u"\x212a", "0-1"},
      {u"\\w", "iu", u"\x212a", "0-1"},
      {u"\\w", "i", u"\x212a", "none"},
      {u"\\W", "iu", u"\x212a", "none"},
      {u"[^\\W]", "iu", u"\x17f", "0-1"},
      {u"\xdf", "i", u"\x1e9e", "none"},
      {u"\xdf", "iu", u"\x1e9e", "0-1"},
      {u"\x3c3", "i", u"\x3c2", "0-1"},
      {u"\x3c2", "iu", u"\x3a3", "0-1"},
      {u"\xb5", "i", u"\x3bc", "0-1"},
      {u"\xc9", "i", u"\xe9", "0-1"},
      {u"[\xe0-\xfd]", "i", u"\xc9", "0-1"},
      {u"\x1c6", "i", u"\x1c5", "0-1"},
      {u"\x131", "i", u"I", "none"},
      {u"\x130", "iu", u"i", "none"},
      {u"\x17f", "i", u"s", "none"},
      {u"\x17f", "iu", u"S", "0-1"},
      {u"\x44f", "i", u"\x42f", "0-1"},
      {u"[\x410-\x42f]+", "i", u"\x43f\x440\x438\x432\x435\x442", "0-6"},
      {u"\\u{10400}", "iu", u"\xd801\xdc28", "0-2"},
      {u"\\p{Lu}", "iu", u"a", "0-1"},
      {u"\\P{Lu}", "iu", u"A", "0-1"},
      {u"[^\\P{Lu}]", "iu", u"a", "none"},
      {u"(a)\\1", "i", u"aA", "0-2 0-1"},
      {u"\\bS", "iu", u"\x17fs", "0-1"},
      {u"\x3a9", "iu", u"\x2126", "0-1"},
      {u"\xe5", "iu", u"\x212b", "0-1"},
      {u"[\\u00e5]", "i", u"\x212b", "none"},
      {u"\x390", "iu", u"\x1fd3", "0-1"},
  });
}

TEST_CASE("regular expressions: code points") {
  check_all({
      {u"\xd83d\xde00", "", u"x\xd83d\xde00", "1-3"},
      {u"\xd83d\xde00", "u", u"x\xd83d\xde00", "1-3"},
      {u"^.$", "", u"\xd83d\xde00", "none"},
      {u"^.$", "u", u"\xd83d\xde00", "0-2"},
      {u"[\xd83d\xde00]", "u", u"\xd83d\xde00", "0-2"},
      {u"[\xd83d\xde00]", "", u"\xd83d\xde00", "0-1"},
      {u"\\ud83d", "", u"\xd83d\xde00", "0-1"},
      {u"\\ud83d", "u", u"\xd83d\xde00", "none"},
      {u"\\ude00", "u", u"\xd83d\xde00", "none"},
      {u"\\ud83d\\ude00", "u", u"\xd83d\xde00", "0-2"},
      {u"\\u{1f600}", "u", u"\xd83d\xde00", "0-2"},
      {u"[\\u{1f600}-\\u{1f64f}]+", "u",
       u"a\xd83d\xde00\xd83d\xde01"
       u"b",
       "1-5"},
      {u"[^a]", "u", u"\xd83d\xde00", "0-2"},
      {u"\\ud83d", "u", u"\xd83d", "0-1"},
      {u".\\B", "u", u"\xd83d\xde00\xd83d\xde00", "0-2"},
      {u"\\S+", "u", u"a\xd83d\xde00 b", "0-3"},
      {u"(.)\\1", "u", u"\xd83d\xde00\xd83d\xde00", "0-4 0-2"},
      {u"\xd83d\xde00{2}", "u", u"\xd83d\xde00\xd83d\xde00", "0-4"},
      {u"\xd83d\xde00{2}", "", u"\xd83d\xde00\xde00", "0-3"},
      {u"[\\ud83d\\ude00]", "u", u"\xd83d", "none"},
      {u"\\p{Script=Greek}+", "u",
       u"ab\x3b3\x3b4"
       u"e",
       "2-4"},
      {u"\\p{L}+", "u",
       u"12\xe9"
       u"a\x4e2d"
       u"3",
       "2-5"},
      {u"\\p{Lu}", "u", u"a\xc9", "1-2"},
      {u"\\P{L}+", "u", u"ab12", "2-4"},
      {u"[\\p{Nd}_]+", "u", u"a1_\x663", "1-4"},
      {u"\\p{Emoji_Presentation}", "u", u"1\xd83d\xde00", "1-3"},
      {u"\\p{scx=Deva}", "u", u"\x964", "0-1"},
      {u"\\p{sc=Deva}", "u", u"\x964", "none"},
      {u"\\p{gc=Sc}\\d", "u",
       u"\x20ac"
       u"5",
       "0-2"},
      {u"\\p{General_Category=Decimal_Number}", "u", u"a7", "1-2"},
      {u"\\p{ASCII}+", "u", u"abc\xe9", "0-3"},
      {u"\\p{Any}", "u", u"\xd800", "0-1"},
      {u"\\p{Foo}", "u", u"", "error: Invalid property name"},
      {u"\\p{L}", "", u"p{L}", "0-4"},
      {u"\\p{Script}", "u", u"", "error: Invalid property name"},
      {u"\\p{lu}", "u", u"", "error: Invalid property name"},
      {u"\\p{Ideographic}", "u", u"\x4e2d", "0-1"},
      {u"\\p{Alphabetic}", "u", u"1a", "1-2"},
      {u"\\p{White_Space}", "u", u"a\x3000", "1-2"},
      {u"\\p{ID_Start}\\p{ID_Continue}*", "u", u"1ab_", "1-4"},
  });
}

TEST_CASE("regular expressions: sets of the flag v") {
  check_all({
      {u"[[a-z]&&[aeiou]]+", "v", u"xyzaeb", "3-5"},
      {u"[[a-z]--[aeiou]]+", "v", u"aebcd", "2-5"},
      {u"[a-z&&b]", "v", u"b", "error: Invalid set operation in character class"},
      {u"[\\w--\\d]+", "v", u"12ab", "2-4"},
      {u"[\\p{L}--[a-z]]", "v", u"aB", "1-2"},
      {u"[[a-c][x-z]]+", "v", u"bxyd", "0-3"},
      {u"[^[a-c]]", "v", u"ad", "1-2"},
      {u"[\\q{abc|d}e]", "v", u"xabc", "1-4"},
      {u"[\\q{abc|ab|a}]", "v", u"abc", "0-3"},
      {u"[\\q{}a]", "v", u"b", "0-0"},
      {u"[^\\q{ab}]", "v", u"a", "error: Negated character class may contain strings"},
      {u"[^\\q{a}]", "v", u"ab", "1-2"},
      {u"[\\q{ab}--\\q{ab}]", "v", u"ab", "none"},
      {u"[\\q{ab|c}&&[a-c]]", "v", u"abc", "2-3"},
      {u"[a-z--[b-y]]", "v", u"mz", "error: Invalid set operation in character class"},
      {u"[(]", "v", u"(", "error: Invalid character in character class"},
      {u"[\\(\\-\\&]+", "v", u"(-&", "0-3"},
      {u"[a&&&b]", "v", u"a", "error: Invalid character in character class"},
      {u"[a--b&&c]", "v", u"a", "error: Invalid set operation in character class"},
      {u"[&&a]", "v", u"a", "error: Invalid set operation in character class"},
      {u"[a!!b]", "v", u"a", "error: Invalid set operation in character class"},
      {u"[a-]", "v", u"a", "error: Invalid character in character class"},
      {u"[-a]", "v", u"a", "error: Invalid character in character class"},
      {u"\\p{Emoji_Keycap_Sequence}", "v", u"1\xfe0f\x20e3", "0-3"},
      {u"\\P{Emoji_Keycap_Sequence}", "v", u"1", "error: Invalid property name"},
      {u"[\\p{Emoji_Keycap_Sequence}x]", "v", u"x", "0-1"},
      {u"[^\\d]", "v", u"1a", "1-2"},
      {u"[A-Z]", "iv", u"a", "0-1"},
      {u"[^A-Z]", "iv", u"a1", "1-2"},
      {u"\\P{Lu}", "iv", u"aA", "none"},
      {u"[\\P{Lu}]", "iv", u"Aa1", "2-3"},
      {u"[[]", "v", u"[", "error: Unterminated character class"},
      {u"[]]", "v", u"]", "error: Lone quantifier brackets"},
      {u"[\\w&&[^_]]+", "v", u"_ab_", "1-3"},
      {u"(\?<=[\\q{ab}])c", "v", u"abc", "2-3"},
  });
}

TEST_CASE("regular expressions: errors") {
  check_all({
      {u"(", "", u"", "error: Unterminated group"},
      {u")", "", u"", "error: Unmatched ')'"},
      {u"[", "", u"", "error: Unterminated character class"},
      {u"*", "", u"", "error: Nothing to repeat"},
      {u"a**", "", u"", "error: Nothing to repeat"},
      {u"+", "", u"", "error: Nothing to repeat"},
      {u"a{2,1}", "", u"", "error: numbers out of order in {} quantifier"},
      {u"[b-a]", "", u"", "error: Range out of order in character class"},
      {u"\\", "", u"", "error: \\ at end of pattern"},
      {u"(\?", "", u"", "error: Invalid group"},
      {u"(\?a)", "", u"", "error: Invalid group"},
      {u"(\?<a)", "", u"", "error: Invalid capture group name"},
      {u"(\?<!", "", u"", "error: Unterminated group"},
      {u"[\\d-z]", "u", u"", "error: Invalid character class"},
      {u"\\1", "u", u"", "error: Invalid escape"},
      {u"\\-", "u", u"", "error: Invalid escape"},
      {u"{", "u", u"", "error: Lone quantifier brackets"},
      {u"}", "u", u"", "error: Lone quantifier brackets"},
      {u"a{", "u", u"", "error: Incomplete quantifier"},
      {u"a{1,2", "u", u"", "error: Incomplete quantifier"},
      {u"\\u{110000}", "u", u"", "error: Invalid Unicode escape"},
      {u"\\u{", "u", u"", "error: Invalid Unicode escape"},
      {u"\\xZ", "u", u"", "error: Invalid escape"},
      {u"\\c", "u", u"", "error: Invalid Unicode escape"},
      {u"\\p", "u", u"", "error: Invalid property name"},
      {u"\\p{", "u", u"", "error: Invalid property name"},
      {u"\\k", "u", u"", "error: Invalid named reference"},
      {u"(\?=a)*", "u", u"", "error: Invalid quantifier"},
      {u"[\\", "", u"", "error: \\ at end of pattern"},
      {u"\\00", "u", u"", "error: Invalid decimal escape"},
      {u"[\\00]", "u", u"", "error: Invalid class escape"},
      {u"[\\1]", "u", u"", "error: Invalid class escape"},
      {u"(\?:a", "", u"", "error: Unterminated group"},
      {u"\?", "", u"", "error: Nothing to repeat"},
      {u"a|*", "", u"", "error: Nothing to repeat"},
      {u"(\?<a>b)(\?<a>c)", "", u"", "error: Duplicate capture group name"},
      {u"a{1}{2}", "", u"", "error: Nothing to repeat"},
      {u"(\?<=a)+", "", u"", "error: Invalid quantifier"},
  });
}

TEST_CASE("regular expressions: what browsers accept") {
  check_all({
      {u"a{", "", u"a{", "0-2"},        {u"}", "", u"}", "0-1"},          {u"]", "", u"]", "0-1"},
      {u"\\c", "", u"\\c", "0-2"},      {u"\\c1", "", u"\\c1", "0-3"},    {u"[\\c1]", "", u"\x11", "0-1"},
      {u"[\\c]", "", u"\\", "0-1"},     {u"[\\c_]", "", u"\x1f", "0-1"},  {u"\\xZ", "", u"xZ", "0-2"},
      {u"\\u00", "", u"u00", "0-3"},    {u"\\u{3}", "", u"uuu", "0-3"},   {u"\\a\\e\\q", "", u"aeq", "0-3"},
      {u"[\\d-z]+", "", u"1-z", "0-3"}, {u"[a-\\d]+", "", u"a-1", "0-3"}, {u"\\101", "", u"A", "0-1"},
      {u"[\\101]", "", u"A", "0-1"},    {u"[\\8]", "", u"8", "0-1"},      {u"\\_", "", u"_", "0-1"},
      {u"x{1}{", "", u"x{", "0-2"},     {u"(\?=a){0}b", "", u"b", "0-1"}, {u"[\\w-]", "", u"-", "0-1"},
      {u"\\k", "", u"k", "0-1"},        {u"[\\B]", "", u"B", "0-1"},
  });
}
