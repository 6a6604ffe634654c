#include "engine/arena.hpp"
#include "engine/text.hpp"

#include <catch2/catch.hpp>

#include <cstring>
#include <random>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using namespace enclaved;
using namespace enclaved::engine;

namespace {

/// The arena's address is the machine's, so what plays with it does so in a process of its own. Answers the line that
/// failed.
template <class F>
int in_child(F&& body) {
  const auto child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

struct piece {
  unsigned char* at;
  std::size_t size;
  unsigned char mark;
};

bool intact(const piece& it) {
  for (std::size_t i = 0; i < it.size; ++i)
    if (it.at[i] != it.mark) return false;
  return true;
}

/// Allocates, resizes and releases at random within a bound and looks after every piece. 0 when all is well.
int exercise(unsigned seed) {
  auto& memory = arena::map();
  constexpr std::size_t bound = 4 * bounds::mib;
  memory.limit_to(bound);
  std::mt19937 random(seed);
  std::vector<piece> pieces;
  std::size_t refused = 0;
  for (int step = 0; step < 60'000; ++step) {
    const auto size = 1 + random() % (random() % 50 == 0 ? 200'000 : random() % 5 == 0 ? 3'000 : 200);
    const auto mark = static_cast<unsigned char>(random());
    const auto what = random() % 10;
    const auto which = pieces.empty() ? 0 : random() % pieces.size();
    if (what < 5 || pieces.empty()) {
      auto* at = static_cast<unsigned char*>(memory.allocate(size));
      if (at == nullptr) {
        ++refused;
        continue;
      }
      if (reinterpret_cast<std::uintptr_t>(at) % 16 != 0) return 1;
      std::memset(at, mark, size);
      pieces.push_back({at, size, mark});
    } else if (what < 7) {
      auto& it = pieces[which];
      auto* at = static_cast<unsigned char*>(memory.resize(it.at, size));
      if (at == nullptr) continue;
      if (!intact({at, std::min(size, it.size), it.mark})) return 2;
      std::memset(at, mark, size);
      it = {at, size, mark};
    } else {
      if (!intact(pieces[which])) return 3;
      memory.release(pieces[which].at);
      pieces[which] = pieces.back();
      pieces.pop_back();
    }
    if (memory.top() > bound || memory.high_water() > bound || !memory.plausible()) return 4;
    if (step % 5'000 == 0) memory.tidy();
  }
  for (const auto& it : pieces) {
    if (!intact(it)) return 5;
    memory.release(it.at);
  }
  memory.tidy();
  // Everything has come together again: one piece of nearly the whole bound fits.
  if (memory.allocate(bound - memory.top() - 64) == nullptr) return 6;
  return refused == 0 ? 7 : 0;
}

std::string as_utf8(std::string_view inside) {
  outbox out;
  write_utf8(out, inside);
  return std::string(out.view());
}

std::string as_cesu8(std::string_view outside) {
  outbox out;
  write_cesu8(out, outside);
  return std::string(out.view());
}

} // namespace

TEST_CASE("pieces of the arena keep their contents, never overlap and never pass the limit") {
  for (const unsigned seed : {1U, 2U, 3U, 4U}) {
    INFO("seed " << seed);
    CHECK(in_child([seed] { return exercise(seed); }) == 0);
  }
}

TEST_CASE("text goes in and out of a heap unchanged, and what is no character becomes U+FFFD") {
  for (const std::string text :
       {"", "plain", "h\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "a\xf0\x9f\x98\x80z\xf4\x8f\xbf\xbf"}) {
    CHECK(as_utf8(as_cesu8(text)) == text);
    CHECK(fits_as_is(text) == (as_cesu8(text) == text));
  }
  CHECK(as_cesu8("\xf0\x9f\x98\x80") == "\xed\xa0\xbd\xed\xb8\x80");
  CHECK(as_utf8("\xed\xa0\xbd") == "\xef\xbf\xbd");
  CHECK(as_utf8("\xed\xb8\x80\xed\xa0\xbd") == "\xef\xbf\xbd\xef\xbf\xbd");
  CHECK(as_utf8("\xff\x80"
                "a\xc3") == "\xef\xbf\xbd\xef\xbf\xbd"
                            "a\xef\xbf\xbd");
}
