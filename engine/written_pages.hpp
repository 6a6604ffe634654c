// Which pages of the heap image a script may have written to, so that restoring and parking look at these only.
//
// Watched pages are read-only until the first write to each; the processor tells of it by a fault, and from then on the
// page counts as written. Scripts write to the same few pages again and again, so faults are rare. What was written to
// and has been as the image has it for long becomes read-only again: a collection of garbage touches every page once.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>

namespace enclaved::engine {

class written_pages {
public:
  static constexpr std::size_t page_bytes = 4096;
  static constexpr std::size_t pages_max = 512; ///< what lies above always counts as written

  /// There is one in a process, as there is one handler of faults.
  static written_pages& only();

  /// From now on `bytes` from `begin` on, a page's beginning, are watched. Until then every page counts as written.
  void watch(char* begin, std::size_t bytes);

  /// Calls `look(from, to)` with offsets for each stretch of pages before `end` that counts as written.
  template <class Look>
  void each(std::size_t end, Look look) const {
    std::size_t page = 0;
    const auto watched = watched_;
    while (page < watched) {
      if (!written_[page]) {
        ++page;
        continue;
      }
      const auto first = page;
      while (page < watched && written_[page]) ++page;
      if (page == watched) return look(first * page_bytes, end);
      look(first * page_bytes, page * page_bytes);
    }
    if (watched * page_bytes < end) look(watched * page_bytes, end);
  }

  /// The byte at `offset` was found to be another one than in the image.
  void differs(std::size_t offset) {
    if (offset < watched_ * page_bytes) differed_[offset / page_bytes] = true;
  }

  /// Everything is as the image has it.
  void restored() {
    if (++restored_ % rounds == 0) watch_again();
  }

  /// False when it is none of a watched page.
  bool note_fault(std::uintptr_t address);

private:
  static constexpr std::uint32_t rounds = 1024;

  void watch_again();

  char* begin_ = nullptr;
  std::size_t watched_ = 0; ///< pages
  std::bitset<pages_max> written_;
  std::bitset<pages_max> differed_; ///< in this round
  std::uint32_t restored_ = 0;
};

} // namespace enclaved::engine
