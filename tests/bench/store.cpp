// What a store on disk does in a second, how long reads take after many sessions came and went, and what memory it has.
//
//   store_bench FOLDER [writes|sessions]…    FOLDER must not exist; it is removed afterwards
#include "store/store.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

using namespace enclaved;
using namespace enclaved::store;
using kind = change::kind;
using clock_type = std::chrono::steady_clock;

constexpr std::size_t kib = 1024;

double seconds_since(clock_type::time_point start) {
  return std::chrono::duration<double>(clock_type::now() - start).count();
}

/// In MiB: of the process now, and at its most.
struct memory {
  double now = 0, most = 0;
};
memory memory_used() {
  memory found;
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("VmRSS:")) found.now = std::atof(line.c_str() + 6) / kib;
    if (line.starts_with("VmHWM:")) found.most = std::atof(line.c_str() + 6) / kib;
  }
  return found;
}

void must(const status& how) {
  if (how) return;
  std::fprintf(stderr, "error: %s\n", how.problem().message.c_str());
  std::exit(1);
}

std::string body(std::size_t bytes, unsigned seed) {
  std::string made(bytes, '\0');
  for (auto& one : made) one = static_cast<char>((seed = seed * 1'664'525 + 1'013'904'223) >> 24);
  return made;
}

/// The device alone: a small write and its sync.
void measure_sync(const std::string& beside) {
  const auto path = beside + ".sync";
  const int file = open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  const auto text = body(kib, 1);
  constexpr off_t reserved = 4096 * kib;
  if (fallocate(file, 0, 0, reserved) != 0 || fdatasync(file) != 0) std::exit(1);
  std::vector<double> each;
  for (int i = 0; i < 2'000; ++i) {
    const auto start = clock_type::now();
    if (write(file, text.data(), text.size()) < 0 || fdatasync(file) != 0) std::exit(1);
    each.push_back(seconds_since(start));
  }
  close(file);
  unlink(path.c_str());
  std::sort(each.begin(), each.end());
  std::printf("write 1 KiB and fdatasync, no store   median %.0f us, p99 %.0f us\n", each[each.size() / 2] * 1e6,
              each[each.size() * 99 / 100] * 1e6);
}

void measure_writes(store::store& one, session_number of, std::size_t changes_each, double for_seconds) {
  std::vector<double> each;
  std::uint64_t number = 0;
  const auto start = clock_type::now();
  while (seconds_since(start) < for_seconds) {
    changes batch;
    for (std::size_t i = 0; i < changes_each; ++i, ++number)
      batch.push_back({kind::append, of, number + 1, {}, body(kib, static_cast<unsigned>(number))});
    const auto before = clock_type::now();
    must(one.write(batch));
    each.push_back(seconds_since(before));
  }
  const auto taken = seconds_since(start);
  std::sort(each.begin(), each.end());
  const auto used = memory_used();
  std::printf("batches of %2zu entries of 1 KiB         %.0f batches/s, %.0f entries/s, median %.0f us, p99 %.0f us, "
              "slowest %.1f ms, memory %.0f MiB (most %.0f)\n",
              changes_each, static_cast<double>(each.size()) / taken, static_cast<double>(number) / taken,
              each[each.size() / 2] * 1e6, each[each.size() * 99 / 100] * 1e6, each.back() * 1e3, used.now, used.most);
}

std::string eight_bytes(std::uint64_t number) {
  std::string out;
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(number >> shift));
  return out;
}

/// What a short session leaves behind: a head, some entries and notes, and then nothing of it.
void come_and_go(store::store& one, session_number of, bool known) {
  const auto id = "s/tenant" + std::string(1, '\0') + "session-" + std::to_string(of);
  changes come{{kind::put_head, of, 0, {}, body(200, 1)}, {kind::put_note, 0, 0, id, eight_bytes(of)}};
  for (std::uint64_t number = 1; number <= 4; ++number) come.push_back({kind::append, of, number, {}, body(200, 2)});
  come.push_back({kind::put_note, 0, 0, "x/" + eight_bytes(1'000 + of) + eight_bytes(of), ""});
  must(one.write(come));
  must(one.write({{kind::remove, of, known ? 5U : 0U},
                  {kind::remove_note, 0, 0, id},
                  {kind::remove_note, 0, 0, "x/" + eight_bytes(1'000 + of) + eight_bytes(of)}}));
}

template <class F>
double median_us(F&& run) {
  std::vector<double> each;
  for (int i = 0; i < 201; ++i) {
    const auto start = clock_type::now();
    run(i);
    each.push_back(seconds_since(start));
  }
  std::nth_element(each.begin(), each.begin() + 100, each.end());
  return each[100] * 1e6;
}

/// A thousand sessions stay, and `cycles` come and go among them.
void measure_sessions(store::store& one, std::size_t cycles, bool known) {
  const session_number base = known ? 1'000'000 : 2'000'000;
  constexpr session_number staying = 1'000;
  const auto place = [&](session_number i) { return base + i * (cycles / staying + 1); };
  for (session_number i = 0; i < staying; ++i) {
    changes come{{kind::put_head, place(i), 0, {}, body(200, 1)},
                 {kind::put_note, 0, 0, "s/stays" + std::string(1, '\0') + std::to_string(place(i)), "1"},
                 {kind::put_note, 0, 0, "u/" + eight_bytes(place(i)), ""}};
    for (std::uint64_t number = 1; number <= 4; ++number)
      come.push_back({kind::append, place(i), number, {}, body(200, 2)});
    must(one.write(come));
  }
  const auto start = clock_type::now();
  std::size_t done_cycles = 0;
  for (session_number i = 0; i < staying; ++i)
    for (session_number j = 1; j <= cycles / staying; ++j, ++done_cycles) come_and_go(one, place(i) + j, known);
  const auto taken = seconds_since(start);
  const auto entries = median_us([&](int i) {
    if ((*one.entries(place(static_cast<session_number>(i)), 1, 1'000'000)).size() != 4) std::exit(2);
  });
  const auto missing = median_us([&](int i) {
    if (!(*one.entries(place(static_cast<session_number>(i)) + 1, 1, 1'000'000)).empty()) std::exit(2);
  });
  const auto head = median_us([&](int i) {
    if (!*one.head(place(static_cast<session_number>(i)))) std::exit(2);
  });
  const auto due = median_us([&](int) {
    if (!(*one.notes("x/", "", 10)).empty()) std::exit(2);
  });
  const auto named = median_us([&](int i) {
    const auto name = "s/stays" + std::string(1, '\0') + std::to_string(place(static_cast<session_number>(i)));
    if (!*one.note(name)) std::exit(2);
  });
  const auto listed = median_us([&](int) {
    if ((*one.heads(base, 100)).size() != 100) std::exit(2);
  });
  std::printf(
      "%zu sessions came and went, %s entries\n"
      "  %.0f sessions/s; read: entries %.0f us, entries of one that went %.0f us, head %.0f us, note %.0f us,\n"
      "  the first due note %.0f us, 100 heads %.0f us; memory %.0f MiB (most %.0f)\n",
      done_cycles, known ? "known" : "unknown", static_cast<double>(done_cycles) / taken, entries, missing, head, named,
      due, listed, memory_used().now, memory_used().most);
}

} // namespace

int main(int count, char** arguments) {
  if (count < 2 || std::filesystem::exists(arguments[1])) {
    std::fprintf(stderr, "usage: %s FOLDER [writes|sessions|ranges]…; FOLDER must not exist\n", arguments[0]);
    return 2;
  }
  const std::vector<std::string> wanted(arguments + 2, arguments + count);
  const auto asked = [&](const char* what) {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), what) != wanted.end();
  };
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const std::string folder = arguments[1];
  measure_sync(folder);
  {
    auto one = open_rocksdb_store(folder, open_mode::read_write);
    if (!one) must(one.problem());
    if (asked("writes"))
      for (const std::size_t changes_each : {1, 32}) measure_writes(**one, changes_each, changes_each, 10);
    if (asked("sessions")) measure_sessions(**one, 100'000, true);
    if (asked("ranges")) measure_sessions(**one, 100'000, false);
  }
  const auto start = clock_type::now();
  if (auto again = open_rocksdb_store(folder, open_mode::read_write); !again) must(again.problem());
  std::printf("opened again in %.0f ms\n", seconds_since(start) * 1e3);
  std::filesystem::remove_all(folder);
}
