#include "base/pack.hpp"

#include <bit>
#include <cstring>

namespace enclaved::pack {

namespace {

std::uint64_t big_endian(const char* at, std::size_t bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | static_cast<unsigned char>(at[i]);
  return value;
}

/// What follows a head: a length field of so many bytes, or a payload of so many.
struct shape {
  std::uint8_t length_bytes;
  std::uint8_t payload_bytes;
};

/// For the heads 0xc0 to 0xdf; 0xc1 is not MessagePack.
constexpr std::array<shape, 32> shapes{{
    {0, 0}, {0, 0}, {0, 0}, {0, 0},          // nil, never, false, true
    {1, 0}, {2, 0}, {4, 0},                  // bin
    {1, 1}, {2, 1}, {4, 1},                  // ext: its type byte is payload
    {0, 4}, {0, 8},                          // float
    {0, 1}, {0, 2}, {0, 4}, {0, 8},          // uint
    {0, 1}, {0, 2}, {0, 4}, {0, 8},          // int
    {0, 2}, {0, 3}, {0, 5}, {0, 9}, {0, 17}, // fixext
    {1, 0}, {2, 0}, {4, 0},                  // str
    {2, 0}, {4, 0},                          // array
    {2, 0}, {4, 0},                          // map
}};

std::int64_t sign_extend(std::uint64_t value, std::size_t bytes) {
  const auto shift = 64 - 8 * bytes;
  return static_cast<std::int64_t>(value << shift) >> shift;
}

} // namespace

bool reader::take(std::size_t bytes, const char*& out) {
  if (static_cast<std::size_t>(end_ - at_) < bytes) return fail();
  out = at_;
  at_ += bytes;
  return true;
}

bool reader::next(token& out) {
  const char* p = nullptr;
  if (!ok_ || !take(1, p)) return fail();
  const auto head = static_cast<unsigned char>(*p);
  const auto fixed = [&](kind type, std::uint32_t count) {
    out.type = type;
    out.count = count;
    return true;
  };
  const auto span = [&](kind type, std::uint64_t size) {
    out.type = type;
    if (!take(size, p)) return false;
    out.bytes = {p, size};
    return true;
  };
  const auto integer = [&](std::int64_t value) {
    out.type = value < 0 ? kind::negative_int : kind::unsigned_int;
    out.negative = value;
    out.number = static_cast<std::uint64_t>(value);
    return true;
  };
  if (head < 0x80) return integer(head);
  if (head < 0x90) return fixed(kind::map, head & 0x0f);
  if (head < 0xa0) return fixed(kind::array, head & 0x0f);
  if (head < 0xc0) return span(kind::str, head & 0x1f);
  if (head >= 0xe0) return integer(static_cast<std::int8_t>(head));

  const auto form = shapes[head - 0xc0];
  std::uint64_t length = 0;
  if (form.length_bytes != 0) {
    if (!take(form.length_bytes, p)) return false;
    length = big_endian(p, form.length_bytes);
  }
  switch (head) {
  case 0xc0: out.type = kind::nil; return true;
  case 0xc1: return fail();
  case 0xc2:
  case 0xc3:
    out.type = kind::boolean;
    out.boolean = head == 0xc3;
    return true;
  case 0xc4:
  case 0xc5:
  case 0xc6: return span(kind::bin, length);
  case 0xca:
  case 0xcb: {
    if (!take(form.payload_bytes, p)) return false;
    const auto bits = big_endian(p, form.payload_bytes);
    out.type = kind::float64;
    out.float64 = head == 0xca ? static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)))
                               : std::bit_cast<double>(bits);
    return true;
  }
  case 0xcc:
  case 0xcd:
  case 0xce:
  case 0xcf:
    if (!take(form.payload_bytes, p)) return false;
    out.type = kind::unsigned_int;
    out.number = big_endian(p, form.payload_bytes);
    return true;
  case 0xd0:
  case 0xd1:
  case 0xd2:
  case 0xd3:
    if (!take(form.payload_bytes, p)) return false;
    return integer(sign_extend(big_endian(p, form.payload_bytes), form.payload_bytes));
  case 0xc7:
  case 0xc8:
  case 0xc9:
  case 0xd4:
  case 0xd5:
  case 0xd6:
  case 0xd7:
  case 0xd8:
    if (!take(1, p)) return false;
    out.ext_type = static_cast<std::int8_t>(*p);
    return span(kind::ext, head <= 0xc9 ? length : form.payload_bytes - 1U);
  case 0xd9:
  case 0xda:
  case 0xdb: return span(kind::str, length);
  case 0xdc:
  case 0xdd: return fixed(kind::array, static_cast<std::uint32_t>(length));
  default: return fixed(kind::map, static_cast<std::uint32_t>(length));
  }
}

bool reader::skip(std::string_view& raw, std::size_t nesting) {
  const char* start = at_;
  std::array<std::uint64_t, bounds::nesting + 1> left{};
  std::size_t depth = 0;
  if (nesting > bounds::nesting) nesting = bounds::nesting;
  token head;
  do {
    if (!next(head)) return false;
    if (depth > 0) --left[depth];
    const std::uint64_t inside = head.type == kind::array ? head.count : head.type == kind::map ? 2ULL * head.count : 0;
    if (inside > 0) {
      if (depth == nesting) return fail();
      left[++depth] = inside;
    }
    while (depth > 0 && left[depth] == 0) --depth;
  } while (depth > 0);
  raw = {start, static_cast<std::size_t>(at_ - start)};
  return true;
}

bool reader::array(std::uint32_t& count) {
  token head;
  if (!next(head) || head.type != kind::array) return fail();
  count = head.count;
  return true;
}

bool reader::map(std::uint32_t& pairs) {
  token head;
  if (!next(head) || head.type != kind::map) return fail();
  pairs = head.count;
  return true;
}

bool reader::str(std::string_view& out) {
  token head;
  if (!next(head) || (head.type != kind::str && head.type != kind::bin)) return fail();
  out = head.bytes;
  return true;
}

bool reader::bin(std::string_view& out) {
  token head;
  if (!next(head) || head.type != kind::bin) return fail();
  out = head.bytes;
  return true;
}

bool reader::boolean(bool& out) {
  token head;
  if (!next(head) || head.type != kind::boolean) return fail();
  out = head.boolean;
  return true;
}

bool reader::unsigned_int(std::uint64_t& out) {
  token head;
  if (!next(head) || head.type != kind::unsigned_int) return fail();
  out = head.number;
  return true;
}

bool reader::signed_int(std::int64_t& out) {
  token head;
  if (!next(head)) return fail();
  if (head.type == kind::negative_int)
    out = head.negative;
  else if (head.type == kind::unsigned_int && head.number <= INT64_MAX)
    out = static_cast<std::int64_t>(head.number);
  else
    return fail();
  return true;
}

bool reader::nil() {
  if (!ok_ || at_ == end_ || static_cast<unsigned char>(*at_) != 0xc0) return false;
  ++at_;
  return true;
}

void scanner::reset() {
  consumed_ = 0;
  skip_ = 0;
  length_bytes_ = 0;
  depth_ = 0;
}

scanner::verdict scanner::feed(std::string_view bytes, std::size_t& used) {
  used = 0;
  while (used < bytes.size()) {
    if (skip_ > 0) {
      const auto step = std::min<std::uint64_t>(skip_, bytes.size() - used);
      skip_ -= step;
      used += step;
      consumed_ += step;
      if (skip_ > 0) return verdict::more;
      if (const auto answer = closed(); answer != verdict::more) return answer;
      continue;
    }
    if (consumed_ >= limit_) return verdict::too_large;
    const auto byte = static_cast<unsigned char>(bytes[used++]);
    ++consumed_;
    verdict answer = verdict::more;
    if (length_bytes_ > 0) {
      length_ = length_ << 8 | byte;
      if (--length_bytes_ == 0) answer = length();
    } else {
      answer = head(byte);
    }
    if (answer != verdict::more) return answer;
  }
  return verdict::more;
}

scanner::verdict scanner::head(unsigned char first) {
  pending_ = first;
  if (first < 0x80 || first >= 0xe0) return closed();
  if (first < 0x90) return open(2ULL * (first & 0x0f));
  if (first < 0xa0) return open(first & 0x0f);
  if (first == 0xc1) return verdict::malformed;
  const auto form = first < 0xc0 ? shape{0, static_cast<std::uint8_t>(first & 0x1f)} : shapes[first - 0xc0];
  length_ = 0;
  length_bytes_ = form.length_bytes;
  if (length_bytes_ > 0) return verdict::more;
  skip_ = form.payload_bytes;
  if (skip_ > limit_ - consumed_) return verdict::too_large;
  return skip_ > 0 ? verdict::more : closed();
}

scanner::verdict scanner::length() {
  if (pending_ == 0xdc || pending_ == 0xdd) return open(length_);
  if (pending_ == 0xde || pending_ == 0xdf) return open(2 * length_);
  skip_ = length_ + shapes[pending_ - 0xc0].payload_bytes;
  if (skip_ > limit_ - consumed_) return verdict::too_large;
  return skip_ > 0 ? verdict::more : closed();
}

scanner::verdict scanner::open(std::uint64_t elements) {
  if (elements == 0) return closed();
  if (elements > limit_ - consumed_) return verdict::too_large; // each element takes a byte at least
  if (depth_ == nesting_) return verdict::too_deep;
  left_[++depth_] = elements;
  return verdict::more;
}

scanner::verdict scanner::closed() {
  while (depth_ > 0 && --left_[depth_] == 0) --depth_;
  return depth_ == 0 ? verdict::complete : verdict::more;
}

bool is_utf8(std::string_view bytes) {
  const auto* p = reinterpret_cast<const unsigned char*>(bytes.data());
  const auto* end = p + bytes.size();
  while (p < end) {
    if (end - p >= 8) {
      std::uint64_t eight = 0;
      std::memcpy(&eight, p, 8);
      if ((eight & 0x8080808080808080ULL) == 0) {
        p += 8;
        continue;
      }
    }
    if (*p < 0x80) {
      ++p;
      continue;
    }
    const int more = *p >= 0xc2 && *p <= 0xdf ? 1 : *p >= 0xe0 && *p <= 0xef ? 2 : *p >= 0xf0 && *p <= 0xf4 ? 3 : 0;
    if (more == 0 || end - p <= more) return false;
    if ((*p == 0xe0 && p[1] < 0xa0) || (*p == 0xed && p[1] > 0x9f) || (*p == 0xf0 && p[1] < 0x90) ||
        (*p == 0xf4 && p[1] > 0x8f))
      return false;
    for (int i = 1; i <= more; ++i)
      if ((p[i] & 0xc0) != 0x80) return false;
    p += more + 1;
  }
  return true;
}

} // namespace enclaved::pack
