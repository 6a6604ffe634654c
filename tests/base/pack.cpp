#include "base/pack.hpp"

#include <catch2/catch.hpp>
#include <functional>
#include <msgpack.hpp>
#include <optional>
#include <random>

using namespace enclaved;
using pack::kind;
using verdict = pack::scanner::verdict;

namespace {

/// What a value says, as text; the same from our reader and from msgpack-cxx.
class story {
public:
  void tell(std::string_view what) { text_.append(what).append(" "); }
  void tell_number(double number) {
    char digits[40];
    std::snprintf(digits, sizeof digits, "%a", number);
    tell(number != number ? "nan" : digits); // which NaN it is does not matter
  }
  const std::string& text() const { return text_; }

private:
  std::string text_;
};

/// Tells one whole value; nothing when the bytes are no value.
std::optional<std::string> told_by_reader(std::string_view bytes, std::size_t& used) {
  pack::reader in{bytes};
  story out;
  std::uint64_t left = 1;
  pack::token head;
  for (; left > 0; --left) {
    if (!in.next(head)) return std::nullopt;
    switch (head.type) {
    case kind::nil: out.tell("nil"); break;
    case kind::boolean: out.tell(head.boolean ? "true" : "false"); break;
    case kind::unsigned_int: out.tell(std::to_string(head.number)); break;
    case kind::negative_int: out.tell(std::to_string(head.negative)); break;
    case kind::float64: out.tell_number(head.float64); break;
    case kind::str:
      out.tell("str");
      out.tell(head.bytes);
      break;
    case kind::bin:
      out.tell("bin");
      out.tell(head.bytes);
      break;
    case kind::ext:
      out.tell("ext" + std::to_string(head.ext_type));
      out.tell(head.bytes);
      break;
    case kind::array:
      out.tell("array" + std::to_string(head.count));
      left += head.count;
      break;
    case kind::map:
      out.tell("map" + std::to_string(head.count));
      left += 2ULL * head.count;
      break;
    }
  }
  used = in.offset();
  return out.text();
}

struct telling_visitor : msgpack::null_visitor {
  bool visit_nil() { return out.tell("nil"), true; }
  bool visit_boolean(bool value) { return out.tell(value ? "true" : "false"), true; }
  bool visit_positive_integer(std::uint64_t value) { return out.tell(std::to_string(value)), true; }
  bool visit_negative_integer(std::int64_t value) { return out.tell(std::to_string(value)), true; }
  bool visit_float32(float value) { return out.tell_number(static_cast<double>(value)), true; }
  bool visit_float64(double value) { return out.tell_number(value), true; }
  bool visit_str(const char* data, std::uint32_t size) { return out.tell("str"), out.tell({data, size}), true; }
  bool visit_bin(const char* data, std::uint32_t size) { return out.tell("bin"), out.tell({data, size}), true; }
  bool visit_ext(const char* data, std::uint32_t size) {
    out.tell("ext" + std::to_string(static_cast<std::int8_t>(*data)));
    out.tell({data + 1, size - 1});
    return true;
  }
  bool start_array(std::uint32_t count) { return out.tell("array" + std::to_string(count)), true; }
  bool start_map(std::uint32_t count) { return out.tell("map" + std::to_string(count)), true; }
  void parse_error(std::size_t, std::size_t) { failed = true; }
  void insufficient_bytes(std::size_t, std::size_t) { failed = true; }

  story out;
  bool failed = false;
};

std::optional<std::string> told_by_msgpack(std::string_view bytes, std::size_t& used) {
  telling_visitor visitor;
  used = 0;
  if (!msgpack::parse(bytes.data(), bytes.size(), used, visitor) || visitor.failed) return std::nullopt;
  return visitor.out.text();
}

/// Bytes that are often nearly a value: heads of every kind with small lengths, and noise.
std::string nearly_a_value(std::mt19937& random) {
  std::string bytes(1 + random() % 48, '\0');
  for (auto& byte : bytes) {
    const auto dice = random() % 8;
    byte = static_cast<char>(dice < 2 ? random() % 4 : dice < 5 ? 0xc0 + random() % 32 : random() % 256);
  }
  return bytes;
}

verdict scan(std::string_view bytes, std::size_t piece, std::size_t& used, std::size_t limit = bounds::message_bytes,
             std::size_t nesting = bounds::nesting) {
  pack::scanner scanner{limit, nesting};
  used = 0;
  while (used < bytes.size()) {
    std::size_t step = 0;
    const auto answer = scanner.feed(bytes.substr(used, piece), step);
    used += step;
    if (answer != verdict::more) return answer;
  }
  return verdict::more;
}

std::string written(const std::function<void(pack::writer&)>& write) {
  pack::buffer out;
  pack::writer to{out};
  write(to);
  return out.bytes;
}

} // namespace

TEST_CASE("the reader and msgpack-cxx tell the same of random bytes") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random{seed};
  int values = 0;
  for (int round = 0; round < 200'000; ++round) {
    const auto bytes = nearly_a_value(random);
    std::size_t ours_used = 0, theirs_used = 0;
    const auto ours = told_by_reader(bytes, ours_used);
    const auto theirs = told_by_msgpack(bytes, theirs_used);
    if (ours != theirs || (ours && ours_used != theirs_used)) {
      CAPTURE(round, ours.value_or("nothing"), theirs.value_or("nothing"), ours_used, theirs_used);
      FAIL("the two differ");
    }
    values += ours ? 1 : 0;
  }
  CHECK(values > 20'000); // the bytes are not all noise
}

TEST_CASE("the scanner ends a value where the reader does, whole and byte by byte") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random{seed};
  for (int round = 0; round < 100'000; ++round) {
    const auto bytes = nearly_a_value(random);
    pack::reader in{bytes};
    std::string_view raw;
    const bool is_value = in.skip(raw);
    std::size_t whole_used = 0, piece_used = 0;
    const auto whole = scan(bytes, bytes.size(), whole_used);
    const auto pieces = scan(bytes, 1, piece_used);
    if (whole != pieces || whole_used != piece_used || is_value != (whole == verdict::complete) ||
        (is_value && raw.size() != whole_used)) {
      CAPTURE(round, is_value, raw.size(), whole_used, piece_used, static_cast<int>(whole), static_cast<int>(pieces));
      FAIL("the two differ");
    }
  }
}

TEST_CASE("what the writer writes the reader reads") {
  const auto bytes = written([](pack::writer& to) {
    to.array(9)
        .nil()
        .boolean(true)
        .number(UINT64_MAX)
        .integer(INT64_MIN)
        .float64(1.5)
        .str("é")
        .bin(std::string(300, 'b'))
        .ext(-1, "abcd")
        .map(0);
  });
  pack::reader in{bytes};
  std::uint32_t count = 0;
  REQUIRE(in.array(count));
  CHECK(count == 9);
  CHECK(in.nil());
  bool flag = false;
  CHECK((in.boolean(flag) && flag));
  std::uint64_t number = 0;
  CHECK((in.unsigned_int(number) && number == UINT64_MAX));
  std::int64_t integer = 0;
  CHECK((in.signed_int(integer) && integer == INT64_MIN));
  pack::token head;
  CHECK((in.next(head) && head.type == kind::float64 && head.float64 == 1.5));
  std::string_view text;
  CHECK((in.str(text) && text == "é"));
  CHECK((in.bin(text) && text.size() == 300));
  CHECK((in.next(head) && head.type == kind::ext && head.ext_type == -1 && head.bytes == "abcd"));
  CHECK((in.map(count) && count == 0));
  CHECK(in.at_end());
}

TEST_CASE("a reader that failed once fails for good") {
  pack::reader in{"\x01\x02"};
  std::string_view text;
  CHECK_FALSE(in.str(text));
  CHECK_FALSE(in.ok());
  std::uint64_t number = 0;
  CHECK_FALSE(in.unsigned_int(number));
  CHECK_FALSE(in.nil());
}

TEST_CASE("integers are read whatever their width, and negative ones only as signed") {
  for (const auto& bytes : {std::string{"\x05"}, std::string{"\xcc\x05"}, std::string{"\xcd\x00\x05", 3},
                            std::string{"\xd0\x05"}, std::string{"\xd3\x00\x00\x00\x00\x00\x00\x00\x05", 9}}) {
    std::uint64_t number = 0;
    pack::reader in{bytes};
    CHECK((in.unsigned_int(number) && number == 5));
  }
  std::uint64_t number = 0;
  CHECK_FALSE(pack::reader{"\xff"}.unsigned_int(number));
  std::int64_t integer = 0;
  CHECK((pack::reader{"\xff"}.signed_int(integer) && integer == -1));
  CHECK_FALSE(pack::reader{"\xcf\xff\xff\xff\xff\xff\xff\xff\xff"}.signed_int(integer));
}

TEST_CASE("lengths are not believed before the bytes are there") {
  std::size_t used = 0;
  for (const auto& bytes : {std::string{"\xdb\xff\xff\xff\xff", 5}, std::string{"\xc6\x7f\xff\xff\xff", 5},
                            std::string{"\xdd\xff\xff\xff\xff", 5}, std::string{"\xdf\x80\x00\x00\x00", 5},
                            std::string{"\xc9\xff\xff\xff\xff\x01", 6}}) {
    pack::reader in{bytes};
    std::string_view raw;
    CHECK_FALSE(in.skip(raw));
    CHECK(scan(bytes, bytes.size(), used) == verdict::too_large);
  }
}

TEST_CASE("nesting and size end at their bounds, not before") {
  std::size_t used = 0;
  const auto nested = [](std::size_t levels) { return std::string(levels, '\x91') + '\xc0'; };
  CHECK(scan(nested(64), 1, used) == verdict::complete);
  CHECK(scan(nested(65), 1, used) == verdict::too_deep);
  std::string_view raw;
  CHECK(pack::reader{nested(64)}.skip(raw));
  const auto too_deep = nested(65);
  CHECK_FALSE(pack::reader{too_deep}.skip(raw));
  const auto text = written([](pack::writer& to) { to.str(std::string(100, 'x')); });
  CHECK(scan(text, 7, used, text.size()) == verdict::complete);
  CHECK(scan(text, 7, used, text.size() - 1) == verdict::too_large);
}

TEST_CASE("UTF-8 is what Unicode says, in any position") {
  const std::vector<std::string> good{
      "", "ascii", "é", "€", "😀", "\xed\x9f\xbf", "\xee\x80\x80", "\xf4\x8f\xbf\xbf", std::string{"a\0b", 3}};
  const std::vector<std::string> bad{
      "\x80",         "\xc0\x80",         "\xc1\xbf",         "\xe0\x9f\xbf",     "\xed\xa0\x80",
      "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff",
      "\xc3",         "\xe2\x82",         "\xf0\x9f\x98",     "\xc3\x28",         "\xe2\x28\xa1"};
  for (std::size_t before = 0; before < 17; ++before)
    for (const std::size_t after : {0, 1, 9}) {
      const auto within = [&](const std::string& text) {
        return std::string(before, 'x') + text + std::string(after, 'y');
      };
      for (const auto& text : good) CHECK(pack::is_utf8(within(text)));
      for (const auto& text : bad) CHECK_FALSE(pack::is_utf8(within(text)));
    }
}
