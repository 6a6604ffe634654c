#include "engine/written_pages.hpp"

#include <algorithm>
#include <csignal>
#include <sys/mman.h>

namespace enclaved::engine {

namespace {

void on_fault(int, siginfo_t* info, void*) {
  if (written_pages::only().note_fault(reinterpret_cast<std::uintptr_t>(info->si_addr))) return;
  // Somebody else's fault: a second one inside the handler ends the process by the signal, as the first one should.
  *static_cast<volatile char*>(info->si_addr) = 0;
}

} // namespace

written_pages& written_pages::only() {
  static written_pages one;
  return one;
}

void written_pages::watch(char* begin, std::size_t bytes) {
  struct sigaction action {};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO;
  const auto pages = std::min(bytes / page_bytes, pages_max);
  if (sigaction(SIGSEGV, &action, nullptr) != 0 || mprotect(begin, pages * page_bytes, PROT_READ) != 0) return;
  begin_ = begin;
  watched_ = pages;
  written_.reset();
  differed_.reset();
}

bool written_pages::note_fault(std::uintptr_t address) {
  const auto offset = address - reinterpret_cast<std::uintptr_t>(begin_);
  const auto page = offset / page_bytes;
  if (begin_ == nullptr || page >= watched_ || written_[page]) return false;
  written_[page] = true;
  return mprotect(begin_ + page * page_bytes, page_bytes, PROT_READ | PROT_WRITE) == 0;
}

/// Stretches of pages that nobody has changed for a round.
void written_pages::watch_again() {
  for (std::size_t page = 0; page < watched_;) {
    const auto first = page;
    while (page < watched_ && written_[page] && !differed_[page]) ++page;
    if (page == first) {
      ++page;
    } else if (mprotect(begin_ + first * page_bytes, (page - first) * page_bytes, PROT_READ) == 0) {
      for (auto at = first; at < page; ++at) written_[at] = false;
    }
  }
  differed_.reset();
}

} // namespace enclaved::engine
