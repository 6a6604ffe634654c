#include "engine/written_pages.hpp"

#include <catch2/catch.hpp>
#include <csignal>
#include <string>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace enclaved::engine;

namespace {

constexpr std::size_t page = written_pages::page_bytes;
constexpr std::size_t pages = 8;
constexpr std::size_t end = pages * page + 100; ///< a part of a page that is never watched

struct watched_memory {
  char* begin =
      static_cast<char*>(mmap(nullptr, (pages + 1) * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  watched_memory() { written_pages::only().watch(begin, end); }
  ~watched_memory() {
    written_pages::only().watch(nullptr, 0);
    munmap(begin, (pages + 1) * page);
  }

  /// Which pages count as written, as digits; the one that is not watched is the last.
  static std::string looked_at() {
    std::string all;
    written_pages::only().each(end, [&all](std::size_t from, std::size_t to) {
      for (auto at = from; at < to; at += page) all += std::to_string(at / page);
    });
    return all;
  }
};

} // namespace

TEST_CASE("only pages that were written to are looked at, and what lies above the watched ones") {
  watched_memory memory;
  CHECK(watched_memory::looked_at() == "8");
  memory.begin[0] = 1;
  memory.begin[3 * page + 17] = 1;
  memory.begin[4 * page] = 1;
  memory.begin[4 * page + 1] = 2;
  CHECK(watched_memory::looked_at() == "0348");
  memory.begin[7 * page] = 1;
  CHECK(watched_memory::looked_at() == "03478");
}

TEST_CASE("reading makes nothing look written") {
  watched_memory memory;
  volatile char sum = 0;
  for (std::size_t at = 0; at < pages * page; at += page) sum = static_cast<char>(sum + memory.begin[at]);
  CHECK(watched_memory::looked_at() == "8");
}

TEST_CASE("a page that stays as it was is watched again after a while, and one that does not is not") {
  watched_memory memory;
  memory.begin[page] = 1;
  memory.begin[2 * page] = 1;
  for (int i = 0; i < 3000; ++i) {
    written_pages::only().differs(2 * page);
    written_pages::only().restored();
  }
  CHECK(watched_memory::looked_at() == "28");
  memory.begin[page] = 2;
  CHECK(watched_memory::looked_at() == "128");
}

TEST_CASE("a fault that is none of a watched page ends the process as it would have without watching") {
  watched_memory memory;
  const auto child = fork();
  if (child == 0) {
    *static_cast<volatile char*>(nullptr) = 1;
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGSEGV);
}
