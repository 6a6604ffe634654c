// For system tests: makes a store, or has one until stdin ends.
//
//   make_store FOLDER         with ten sessions of ten entries, in tables and in the log
//   make_store FOLDER hold    opens it, prints a line, waits
#include "store/store.hpp"

#include <cstdio>
#include <string>
#include <string_view>

using namespace enclaved::store;
using kind = change::kind;

int main(int count, char** arguments) {
  if (count < 2) return 2;
  for (const std::uint64_t part : {0U, 1U}) {
    auto one = open_rocksdb_store(arguments[1], open_mode::read_write);
    if (!one) return std::fprintf(stderr, "%s\n", one.problem().message.c_str()), 1;
    if (count > 2) return std::puts("open"), std::fflush(stdout), std::getchar(), 0;
    for (session_number of = 1; of <= 10; ++of) {
      changes batch{{kind::put_head, of, 0, {}, "\x01"}};
      for (std::uint64_t number = 1 + 5 * part; number <= 5 + 5 * part; ++number)
        batch.push_back({kind::append,
                         of,
                         number,
                         {},
                         "\xa5"
                         "entry"});
      if (!(*one)->write(batch)) return 1;
    }
  }
  return 0;
}
