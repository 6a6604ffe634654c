// MessagePack: a cursor that reads, a scanner that finds where a message ends, a writer.
//
// Reading is ours and writing is msgpack-cxx's: the cursor looks at untrusted bytes in place, allocates nothing, owns
// nothing (so it may live across a Duktape call that jumps out), and believes no length before the bytes are there. A
// test reads with both and compares.
#pragma once

#include "base/bounds.hpp"

#include <array>
#include <cstdint>
#include <msgpack/pack.hpp>
#include <string>
#include <string_view>

namespace enclaved::pack {

enum class kind : std::uint8_t { nil, boolean, unsigned_int, negative_int, float64, str, bin, array, map, ext };

/// One head, and for scalars, strings, binaries and extensions the value with it.
struct token {
  kind type = kind::nil;
  bool boolean = false;
  std::uint64_t number = 0;  ///< of an unsigned_int
  std::int64_t negative = 0; ///< of a negative_int
  double float64 = 0;
  std::string_view bytes = {}; ///< of str, bin and ext
  std::uint32_t count = 0;     ///< elements of an array, pairs of a map
  std::int8_t ext_type = 0;
};

/// Reads one value after another from bytes that somebody else keeps. Every function answers false at the first
/// malformed or missing byte, and from then on.
class reader {
public:
  explicit reader(std::string_view bytes)
      : begin_(bytes.data()), at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool next(token& out);
  /// Steps over one whole value; `raw` is then its bytes. Deeper than `nesting` is malformed.
  bool skip(std::string_view& raw, std::size_t nesting = bounds::nesting);

  bool array(std::uint32_t& count);
  bool map(std::uint32_t& pairs);
  bool str(std::string_view& out); ///< a string or, as older encoders write them, a binary
  bool bin(std::string_view& out);
  bool boolean(bool& out);
  bool unsigned_int(std::uint64_t& out);
  bool signed_int(std::int64_t& out);
  bool nil(); ///< consumes a nil if one is next, else leaves it there

  bool ok() const { return ok_; }
  bool at_end() const { return at_ == end_; }
  std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }

private:
  bool take(std::size_t bytes, const char*& out);
  bool fail() {
    ok_ = false;
    at_ = end_;
    return false;
  }

  const char* begin_;
  const char* at_;
  const char* end_;
  bool ok_ = true;
};

/// Finds the end of a message in bytes that arrive in pieces, in constant memory.
/// Invariant: depth_ <= nesting_, and consumed bytes + skip_ <= limit_ for as long as the answer is `more`.
class scanner {
public:
  enum class verdict : std::uint8_t { more, complete, too_large, too_deep, malformed };

  scanner(std::size_t limit_bytes, std::size_t nesting) : limit_(limit_bytes), nesting_(nesting) {}

  /// Looks at the next bytes; `used` says how many of them belong to the message.
  verdict feed(std::string_view bytes, std::size_t& used);
  void reset();
  void limit_to(std::size_t limit_bytes) { limit_ = limit_bytes; }

private:
  verdict head(unsigned char first);
  verdict length();
  verdict open(std::uint64_t elements);
  verdict closed();

  std::size_t limit_;
  std::size_t nesting_;
  std::size_t consumed_ = 0;
  std::uint64_t skip_ = 0;        ///< payload bytes still to come
  std::uint64_t length_ = 0;      ///< a length field being gathered
  std::uint8_t length_bytes_ = 0; ///< of which so many bytes are missing
  unsigned char pending_ = 0;     ///< the head that the length belongs to
  std::size_t depth_ = 0;
  std::array<std::uint64_t, bounds::nesting + 1> left_{}; ///< elements missing, a level each
};

/// Writes into anything with `write(const char*, size_t)`. It owns nothing.
template <class Out>
class basic_writer {
public:
  explicit basic_writer(Out& out) : packer_(out), out_(out) {}

  basic_writer& nil() {
    packer_.pack_nil();
    return *this;
  }
  basic_writer& boolean(bool value) {
    value ? packer_.pack_true() : packer_.pack_false();
    return *this;
  }
  basic_writer& number(std::uint64_t value) {
    packer_.pack_uint64(value);
    return *this;
  }
  basic_writer& integer(std::int64_t value) {
    packer_.pack_int64(value);
    return *this;
  }
  basic_writer& float64(double value) {
    packer_.pack_double(value);
    return *this;
  }
  basic_writer& str(std::string_view text) {
    packer_.pack_str(static_cast<std::uint32_t>(text.size()));
    packer_.pack_str_body(text.data(), static_cast<std::uint32_t>(text.size()));
    return *this;
  }
  basic_writer& bin(std::string_view bytes) {
    packer_.pack_bin(static_cast<std::uint32_t>(bytes.size()));
    packer_.pack_bin_body(bytes.data(), static_cast<std::uint32_t>(bytes.size()));
    return *this;
  }
  basic_writer& ext(std::int8_t type, std::string_view bytes) {
    packer_.pack_ext(bytes.size(), type);
    packer_.pack_ext_body(bytes.data(), static_cast<std::uint32_t>(bytes.size()));
    return *this;
  }
  basic_writer& array(std::uint32_t elements) {
    packer_.pack_array(elements);
    return *this;
  }
  basic_writer& map(std::uint32_t pairs) {
    packer_.pack_map(pairs);
    return *this;
  }
  /// A value that is already encoded.
  basic_writer& raw(std::string_view encoded) {
    out_.write(encoded.data(), encoded.size());
    return *this;
  }

private:
  msgpack::packer<Out> packer_;
  Out& out_;
};

/// A growing buffer to write into.
struct buffer {
  std::string bytes;
  void write(const char* data, std::size_t size) { bytes.append(data, size); }
};
using writer = basic_writer<buffer>;

/// True when the bytes are well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view bytes);

} // namespace enclaved::pack
