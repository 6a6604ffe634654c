#include "engine/image.hpp"

#include "engine/written_pages.hpp"

#include <algorithm>
#include <cstring>

namespace enclaved::engine {

struct image::header {
  static constexpr std::uint64_t expected_magic = 0x61746c6564636e65; // "encdelta"
  static constexpr std::uint32_t expected_version = 1;

  std::uint64_t magic;
  std::uint32_t version;
  std::uint32_t runs;
  std::uint64_t identity;
  std::uint64_t granules;
  std::uint64_t checksum; ///< of the runs and the granules
};

namespace {

constexpr std::size_t granules_max = bounds::heap_bytes_max / image::granule_bytes;
static_assert(granules_max < UINT32_MAX, "a run's numbers fit 32 bits");

std::uint64_t word(const char* at) {
  std::uint64_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

/// A wide register; GCC makes of it what the processor has.
using wide = std::uint64_t __attribute__((vector_size(32), aligned(1), may_alias));
constexpr std::size_t lanes = image::granule_bytes / sizeof(wide);
constexpr std::size_t stride = 4 * image::granule_bytes;

inline __attribute__((always_inline)) const wide* wide_at(const char* bytes) {
  return reinterpret_cast<const wide*>(bytes);
}
inline __attribute__((always_inline)) bool any(const wide& bits) {
  return (bits[0] | bits[1] | bits[2] | bits[3]) != 0;
}

/// Granules from `at` on that equal those of `than`, up to `end`; offsets, all of them multiples of a granule. Most of
/// a heap is as it was: this loop is what parking costs, so it takes several granules at a time while nothing differs.
__attribute__((target_clones("avx2", "default"))) std::size_t skip_same(const char* now, const char* than,
                                                                        std::size_t at, std::size_t end) {
  for (; at + stride <= end; at += stride) {
    wide differing{};
    for (std::size_t i = 0; i < 4 * lanes; ++i) differing |= wide_at(now + at)[i] ^ wide_at(than + at)[i];
    if (any(differing)) break;
  }
  for (; at < end; at += image::granule_bytes) {
    wide differing{};
    for (std::size_t i = 0; i < lanes; ++i) differing |= wide_at(now + at)[i] ^ wide_at(than + at)[i];
    if (any(differing)) break;
  }
  return at;
}

/// Likewise for granules of zeros.
__attribute__((target_clones("avx2", "default"))) std::size_t skip_blank(const char* now, std::size_t at,
                                                                         std::size_t end) {
  for (; at + stride <= end; at += stride) {
    wide bits{};
    for (std::size_t i = 0; i < 4 * lanes; ++i) bits |= wide_at(now + at)[i];
    if (any(bits)) break;
  }
  for (; at < end; at += image::granule_bytes) {
    wide bits{};
    for (std::size_t i = 0; i < lanes; ++i) bits |= wide_at(now + at)[i];
    if (any(bits)) break;
  }
  return at;
}

constexpr std::size_t up_to_granule(std::size_t bytes) {
  return (bytes + image::granule_bytes - 1) & ~(image::granule_bytes - 1);
}

} // namespace

std::uint64_t checksum(const char* bytes, std::size_t size, std::uint64_t seed) {
  constexpr std::uint64_t factor = 0x9e3779b97f4a7c15;
  std::uint64_t lanes[4] = {seed, seed ^ factor, seed + factor, ~seed};
  std::size_t i = 0;
  for (; i + 32 <= size; i += 32)
    for (std::size_t lane = 0; lane < 4; ++lane) {
      lanes[lane] = (lanes[lane] ^ word(bytes + i + 8 * lane)) * factor;
      lanes[lane] ^= lanes[lane] >> 29;
    }
  std::uint64_t all = size;
  for (const auto lane : lanes) all = (all ^ lane) * factor, all ^= all >> 32;
  for (; i < size; ++i) all = (all ^ static_cast<unsigned char>(bytes[i])) * factor;
  return all ^ all >> 31;
}

void image::watch_writes() { written_pages::only().watch(arena_.begin(), copy_.size()); }

image::image(arena& of) : arena_(of) {
  arena_.seal();
  const auto size = up_to_granule(arena_.touched());
  copy_.assign(arena_.begin(), arena_.begin() + size);
  // The image holds addresses of the executable's functions: its bytes tell build and load address apart.
  identity_ = checksum(copy_.data(), copy_.size(), header::expected_version);
  runs_.reserve(4096);
}

void image::restore() {
  if (known_) {
    put_runs_back();
  } else {
    const auto touched = std::max(arena_.touched(), copy_.size());
    put_image_back();
    blank(arena_.begin() + copy_.size(), std::min(touched, bounds::heap_bytes_max) - copy_.size());
  }
  runs_.clear();
  granules_ = 0;
  known_ = true;
}

/// A heap that was parked, or came back and did not run, needs no looking for its differences.
void image::put_runs_back() {
  for (const auto& piece : runs_) {
    const auto from = piece.first * granule_bytes;
    const auto end = from + piece.granules * granule_bytes;
    const auto covered = std::clamp(copy_.size(), from, end);
    std::memcpy(arena_.begin() + from, copy_.data() + from, covered - from);
    blank(arena_.begin() + covered, end - covered);
  }
}

/// Comparing and writing what differs is quicker than writing everything, and pages that no script writes to stay
/// shared among worker processes.
void image::put_image_back() {
  char* now = arena_.begin();
  auto& written = written_pages::only();
  written.each(copy_.size(), [&](std::size_t from, std::size_t end) {
    for (auto at = skip_same(now, copy_.data(), from, end); at < end;
         at = skip_same(now, copy_.data(), at + granule_bytes, end)) {
      std::memcpy(now + at, copy_.data() + at, granule_bytes);
      written.differs(at);
    }
  });
  written.restored();
}

void image::find_runs() {
  if (known_) return;
  arena_.tidy();
  runs_.clear();
  granules_ = 0;
  const char* now = arena_.begin();
  const auto covered = copy_.size();
  const auto end = up_to_granule(arena_.touched());
  const auto note = [this](std::size_t offset) {
    const auto granule = static_cast<std::uint32_t>(offset / granule_bytes);
    ++granules_;
    if (!runs_.empty() && runs_.back().first + runs_.back().granules == granule)
      ++runs_.back().granules;
    else
      runs_.push_back({granule, 1});
  };
  written_pages::only().each(covered, [&](std::size_t from, std::size_t to) {
    for (auto at = skip_same(now, copy_.data(), from, to); at < to;
         at = skip_same(now, copy_.data(), at + granule_bytes, to)) {
      note(at);
      written_pages::only().differs(at);
    }
  });
  for (auto at = skip_blank(now, covered, end); at < end; at = skip_blank(now, at + granule_bytes, end)) note(at);
  known_ = true;
}

std::size_t image::delta_bytes() {
  find_runs();
  return sizeof(header) + runs_.size() * sizeof(run) + granules_ * granule_bytes;
}

std::size_t image::write_delta(std::span<char> out) {
  const auto size = delta_bytes();
  if (size > out.size()) return 0;
  char* at = out.data() + sizeof(header);
  std::memcpy(at, runs_.data(), runs_.size() * sizeof(run));
  at += runs_.size() * sizeof(run);
  for (const auto& piece : runs_) {
    const auto bytes = piece.granules * granule_bytes;
    std::memcpy(at, arena_.begin() + piece.first * granule_bytes, bytes);
    at += bytes;
  }
  const header head{header::expected_magic,
                    header::expected_version,
                    static_cast<std::uint32_t>(runs_.size()),
                    identity_,
                    granules_,
                    checksum(out.data() + sizeof(header), size - sizeof(header), identity_)};
  std::memcpy(out.data(), &head, sizeof head);
  return size;
}

/// The runs ascend, do not overlap, lie in the arena, and have as many granules as the header says.
bool image::check_runs(const header& head) {
  std::uint64_t from = 0;
  std::uint64_t granules = 0;
  for (const auto& piece : runs_) {
    if (piece.first < from || piece.granules == 0) return false;
    from = std::uint64_t{piece.first} + piece.granules;
    if (from > granules_max) return false;
    granules += piece.granules;
  }
  return granules == head.granules;
}

bool image::apply(std::span<const char> delta) {
  restore();
  header head{};
  if (delta.size() < sizeof head) return false;
  std::memcpy(&head, delta.data(), sizeof head);
  if (head.magic != header::expected_magic || head.version != header::expected_version || head.identity != identity_)
    return false;
  if (head.granules > granules_max || head.runs > head.granules) return false;
  const auto table_bytes = head.runs * sizeof(run);
  if (delta.size() != sizeof head + table_bytes + head.granules * granule_bytes) return false;
  if (checksum(delta.data() + sizeof head, delta.size() - sizeof head, identity_) != head.checksum) return false;
  // The table is copied before it is looked at, as its memory may change under us.
  runs_.resize(head.runs);
  std::memcpy(runs_.data(), delta.data() + sizeof head, table_bytes);
  if (!check_runs(head)) {
    runs_.clear(); // the arena still is as restored
    return false;
  }

  const char* from = delta.data() + sizeof head + table_bytes;
  std::size_t end = copy_.size();
  for (const auto& piece : runs_) {
    const auto bytes = piece.granules * granule_bytes;
    std::memcpy(arena_.begin() + piece.first * granule_bytes, from, bytes);
    from += bytes;
    end = std::max(end, piece.first * granule_bytes + bytes);
  }
  granules_ = head.granules;
  if (arena_.plausible() && up_to_granule(arena_.touched()) >= end) return true;
  restore();
  return false;
}

} // namespace enclaved::engine
