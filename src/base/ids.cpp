#include "base/ids.hpp"

#include "base/bounds.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <pthread.h>
#include <sys/random.h>

namespace enclaved {

namespace {

/// Grows in every forked child: a block of random bytes from before the fork would give both processes the same ids.
std::atomic<std::uint32_t> generation{0};

void watch_forks() {
  static const int registered =
      pthread_atfork(nullptr, nullptr, [] { generation.fetch_add(1, std::memory_order_relaxed); });
  if (registered != 0) std::abort();
}

/// There is no second-best source: an id that can be guessed is another tenant's key.
void from_kernel(std::uint8_t* out, std::size_t size) {
  while (size > 0) {
    const auto got = ::getrandom(out, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) std::abort();
    out += got;
    size -= static_cast<std::size_t>(got);
  }
}

struct block {
  std::array<std::uint8_t, 1024> bytes;
  std::size_t used = sizeof(bytes);
  std::uint32_t born = 0;
};
thread_local block current;

constexpr std::string_view hex = "0123456789abcdef";
constexpr std::string_view base32 = "0123456789abcdefghjkmnpqrstvwxyz"; // without i, l, o, u, which people misread

} // namespace

void random_bytes(std::span<std::uint8_t> out) {
  if (out.size() > current.bytes.size()) return from_kernel(out.data(), out.size());
  watch_forks();
  const auto now = generation.load(std::memory_order_relaxed);
  if (current.born != now || current.bytes.size() - current.used < out.size()) {
    from_kernel(current.bytes.data(), current.bytes.size());
    current.used = 0;
    current.born = now;
  }
  const auto from = current.bytes.begin() + static_cast<std::ptrdiff_t>(current.used);
  std::copy_n(from, out.size(), out.begin());
  std::fill_n(from, out.size(), std::uint8_t{0}); // what was handed out is not found in a memory dump
  current.used += out.size();
}

std::uint64_t random_number() {
  std::array<std::uint8_t, sizeof(std::uint64_t)> bytes;
  random_bytes(bytes);
  std::uint64_t number = 0;
  std::memcpy(&number, bytes.data(), bytes.size());
  return number;
}

std::string new_session_id() {
  std::array<std::uint8_t, 16> bytes;
  random_bytes(bytes);
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40); // version 4
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80); // the variant of RFC 4122
  std::string id = "s_";
  id.reserve(2 + 36);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) id += '-';
    id += hex[bytes[i] >> 4];
    id += hex[bytes[i] & 0x0f];
  }
  return id;
}

std::string new_execution_id() {
  std::array<std::uint8_t, 16> bytes;
  random_bytes(bytes);
  std::string id = "e_";
  id.reserve(2 + 26);
  std::uint32_t bits = 0;
  int held = 0;
  for (const auto byte : bytes) {
    bits = bits << 8 | byte;
    held += 8;
    while (held >= 5) {
      held -= 5;
      id += base32[bits >> held & 31];
    }
  }
  id += base32[bits << (5 - held) & 31]; // the last three bits
  return id;
}

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > bounds::name_bytes) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == ':' || c == '-';
  });
}

} // namespace enclaved
