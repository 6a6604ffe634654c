#include "engine/arena.hpp"

#include <bit>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <sys/mman.h>

namespace enclaved::engine {

/// `head` holds the size (a multiple of 16) and two flags. A block in a quick list counts as used.
struct arena::block {
  static constexpr std::uint64_t is_free = 1;
  static constexpr std::uint64_t follows_free = 2;
  static constexpr std::uint64_t flags = 15;

  std::uint64_t head;
  block* next;
  block* previous;

  std::size_t size() const { return head & ~flags; }
  bool free() const { return (head & is_free) != 0; }
  void* payload() { return &next; }
  block* neighbour() { return reinterpret_cast<block*>(reinterpret_cast<char*>(this) + size()); }
  std::uint64_t& footer() { return *reinterpret_cast<std::uint64_t*>(reinterpret_cast<char*>(this) + size() - 8); }
  std::size_t size_below() const { return *(reinterpret_cast<const std::uint64_t*>(this) - 1); }

  static block* of(void* payload) { return reinterpret_cast<block*>(static_cast<char*>(payload) - 8); }
};

namespace {

constexpr std::size_t smallest = 32;
constexpr std::size_t quick_largest = 512;

constexpr std::size_t size_for(std::size_t bytes) {
  return bytes <= 24 ? smallest : (bytes + 8 + 15) & ~std::size_t{15};
}

struct place {
  std::size_t level;
  std::size_t slot;
};

/// The bin that a free block of this size belongs to: its power of two, and eight steps within.
place place_of(std::size_t size) {
  const auto level = static_cast<std::size_t>(std::bit_width(size)) - 1;
  return {level, (size >> (level - 3)) & 7};
}

} // namespace

arena& arena::map() {
  static bool mapped = false;
  auto* wanted = reinterpret_cast<void*>(address);
  if (!mapped) {
    void* got = ::mmap(wanted, bounds::heap_bytes_max, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (got != wanted) {
      std::fputs("the arena's address range is taken\n", stderr);
      std::abort();
    }
    mapped = true;
  }
  auto* made = new (wanted) arena();
  // Blocks start 8 bytes before a multiple of 16, so that payloads are aligned to 16.
  made->top_ = ((sizeof(arena) + 63) & ~std::size_t{63}) + 8;
  made->high_water_ = made->touched_ = made->top_;
  return *made;
}

void* arena::allocate(std::size_t bytes) {
  if (bytes == 0 || bytes > bounds::heap_bytes_max) return nullptr;
  const auto size = size_for(bytes);
  if (size <= quick_largest) {
    auto*& list = quick_[size / 16];
    if (block* it = list) {
      list = it->next;
      return it->payload();
    }
  }
  block* it = used_levels_ != 0 ? from_bins(size) : nullptr;
  if (it == nullptr) it = from_top(size);
  if (it == nullptr && empty_quick_lists()) {
    it = from_bins(size);
    if (it == nullptr) it = from_top(size);
  }
  return it == nullptr ? nullptr : it->payload();
}

arena::block* arena::from_bins(std::size_t size) {
  // Rounding up to the next bin makes every block in it large enough: no search within.
  auto [level, slot] = place_of(size + (std::size_t{1} << (std::bit_width(size) - 4)) - 1);
  auto fitting = level < levels ? static_cast<unsigned>(used_slots_[level] >> slot << slot) : 0U;
  if (fitting == 0) {
    const auto above = level + 1 < levels ? used_levels_ >> (level + 1) << (level + 1) : 0U;
    if (above == 0) return nullptr;
    level = static_cast<std::size_t>(std::countr_zero(above));
    fitting = used_slots_[level];
  }
  block* it = bins_[level][static_cast<std::size_t>(std::countr_zero(fitting))];
  unlink(it);
  it->head &= ~block::is_free;
  if (offset_of(it->neighbour()) < top_) it->neighbour()->head &= ~block::follows_free;
  split(it, size);
  return it;
}

arena::block* arena::from_top(std::size_t size) {
  if (top_ + size > limit_) return nullptr;
  block* it = at(top_);
  it->head = size;
  top_ += size;
  if (top_ > touched_) touched_ = top_;
  if (top_ > high_water_) high_water_ = top_;
  return it;
}

void arena::link(block* it, std::size_t size) {
  const auto [level, slot] = place_of(size);
  block*& first = bins_[level][slot];
  it->next = first;
  it->previous = nullptr;
  if (first != nullptr) first->previous = it;
  first = it;
  used_levels_ |= 1U << level;
  used_slots_[level] = static_cast<std::uint8_t>(used_slots_[level] | 1U << slot);
}

void arena::unlink(block* it) {
  const auto [level, slot] = place_of(it->size());
  if (it->next != nullptr) it->next->previous = it->previous;
  if (it->previous != nullptr) {
    it->previous->next = it->next;
    return;
  }
  bins_[level][slot] = it->next;
  if (it->next != nullptr) return;
  used_slots_[level] = static_cast<std::uint8_t>(used_slots_[level] & ~(1U << slot));
  if (used_slots_[level] == 0) used_levels_ &= ~(1U << level);
}

/// Cuts a used block to `size`; the rest becomes free.
void arena::split(block* it, std::size_t size) {
  const auto rest = it->size() - size;
  if (rest < smallest) return;
  it->head = size | (it->head & block::flags);
  block* tail = it->neighbour();
  tail->head = rest;
  give_back(tail);
}

/// Joins a used block with its free neighbours, or with the top.
void arena::give_back(block* it) {
  auto size = it->size();
  if ((it->head & block::follows_free) != 0) {
    block* below = reinterpret_cast<block*>(reinterpret_cast<char*>(it) - it->size_below());
    unlink(below);
    size += below->size();
    it = below;
  }
  block* above = reinterpret_cast<block*>(reinterpret_cast<char*>(it) + size);
  if (offset_of(above) < top_ && above->free()) {
    unlink(above);
    size += above->size();
    above = reinterpret_cast<block*>(reinterpret_cast<char*>(it) + size);
  }
  if (offset_of(above) >= top_) {
    top_ = offset_of(it);
    return;
  }
  it->head = size | block::is_free;
  it->footer() = size;
  above->head |= block::follows_free;
  link(it, size);
}

void arena::release(void* payload) {
  if (payload == nullptr) return;
  block* it = block::of(payload);
  const auto size = it->size();
  if (size > quick_largest) return give_back(it);
  it->next = quick_[size / 16];
  quick_[size / 16] = it;
}

bool arena::empty_quick_lists() {
  bool any = false;
  for (auto& list : quick_)
    while (block* it = list) {
      list = it->next;
      give_back(it);
      any = true;
    }
  return any;
}

void* arena::resize(void* payload, std::size_t bytes) {
  if (payload == nullptr) return allocate(bytes);
  if (bytes == 0) {
    release(payload);
    return nullptr;
  }
  if (bytes > bounds::heap_bytes_max) return nullptr;
  block* it = block::of(payload);
  const auto had = it->size();
  const auto size = size_for(bytes);
  if (size <= had) {
    if (had > quick_largest) split(it, size);
    return payload;
  }
  // Grow into what follows: the top, or a free neighbour that is large enough.
  block* above = it->neighbour();
  if (offset_of(above) == top_) {
    if (from_top(size - had) != nullptr) {
      it->head = size | (it->head & block::flags);
      return payload;
    }
  } else if (above->free() && had + above->size() >= size) {
    unlink(above);
    it->head += above->size();
    if (offset_of(it->neighbour()) < top_) it->neighbour()->head &= ~block::follows_free;
    split(it, size);
    return payload;
  }
  void* moved = allocate(bytes);
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, payload, had - 8);
  release(payload);
  return moved;
}

void arena::seal() {
  tidy();
  for (auto offset = ((sizeof(arena) + 63) & ~std::size_t{63}) + 8; offset < top_; offset += at(offset)->size()) {
    block* it = at(offset);
    if (it->free()) std::memset(it->payload(), 0, it->size() - 8);
    it->head &= ~(block::is_free | block::follows_free);
  }
  used_levels_ = 0;
  used_slots_ = {};
  bins_ = {};
  top_ = ((top_ + 63) & ~std::size_t{63}) + 8;
  high_water_ = touched_ = top_;
}

void arena::tidy() {
  empty_quick_lists();
  for (const auto& level : bins_)
    for (block* it : level)
      for (; it != nullptr; it = it->next) blank(reinterpret_cast<char*>(it + 1), it->size() - sizeof(block) - 8);
  blank(begin() + top_, touched_ - top_);
  touched_ = top_;
}

void blank(char* begin, std::size_t bytes) {
  constexpr std::uintptr_t page = 4096;
  constexpr std::size_t worth_a_system_call = 256 * bounds::kib;
  if (bytes >= worth_a_system_call) {
    const auto first = (reinterpret_cast<std::uintptr_t>(begin) + page - 1) & ~(page - 1);
    const auto last = (reinterpret_cast<std::uintptr_t>(begin) + bytes) & ~(page - 1);
    if (::madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED) == 0) {
      std::memset(begin, 0, first - reinterpret_cast<std::uintptr_t>(begin));
      std::memset(reinterpret_cast<void*>(last), 0, reinterpret_cast<std::uintptr_t>(begin) + bytes - last);
      return;
    }
  }
  std::memset(begin, 0, bytes);
}

bool arena::plausible() const {
  return top_ >= sizeof(arena) && top_ <= touched_ && touched_ <= high_water_ &&
         high_water_ <= bounds::heap_bytes_max && limit_ <= bounds::heap_bytes_max;
}

} // namespace enclaved::engine
