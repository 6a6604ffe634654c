// Files that chance has changed: whatever is done to them, what is read is what was written, or it is told as damaged.
//
// Each try happens in a process of its own. RocksDB as Debian builds it checks itself with assertions, and some files
// make one fail; the process ends then, which is an answer, and nothing wrong has been said.
#include "store/fsck.hpp"
#include "store/store.hpp"

#include "folder.hpp"

#include <catch2/catch.hpp>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <map>
#include <random>
#include <sys/wait.h>
#include <unistd.h>

using namespace enclaved::store;
using kind = change::kind;
namespace fs = std::filesystem;

namespace {

constexpr session_number sessions = 20;
constexpr std::uint64_t entries_each = 10;

/// MessagePack: a text of 200 bytes that says where it belongs.
std::string body_of(session_number session, std::uint64_t number) {
  auto text = std::to_string(session) + '/' + std::to_string(number) + '/';
  while (text.size() < 200) text += static_cast<char>('a' + (session * 7 + number + text.size()) % 26);
  return "\xd9\xc8" + text;
}

/// Half of it in tables, half in the log.
void write_store(const std::string& folder) {
  for (const std::uint64_t part : {0U, 1U}) {
    const auto one = open_rocksdb_store(folder, open_mode::read_write); // opening makes a table of the log
    REQUIRE(one);
    for (session_number of = 1; of <= sessions; ++of) {
      changes batch{{kind::put_head, of, 0, {}, body_of(of, 0)}};
      for (std::uint64_t number = 1 + part * entries_each / 2; number <= (1 + part) * entries_each / 2; ++number)
        batch.push_back({kind::append, of, number, {}, body_of(of, number)});
      REQUIRE((*one)->write(batch));
    }
  }
}

void damage(const std::string& folder, std::mt19937_64& chance) {
  std::vector<fs::path> files;
  for (const auto& file : fs::directory_iterator(folder))
    if (file.file_size() > 0) files.push_back(file.path());
  std::sort(files.begin(), files.end());
  for (auto left = 1 + chance() % 3; left > 0; --left) {
    const auto& file = files[chance() % files.size()];
    const auto size = fs::exists(file) ? fs::file_size(file) : 0;
    if (size == 0) continue;
    const auto at = static_cast<std::streamoff>(chance() % size);
    if (chance() % 12 == 0) {
      fs::resize_file(file, static_cast<std::uintmax_t>(at));
    } else if (chance() % 12 == 0) {
      fs::remove(file);
    } else {
      std::fstream in(file, std::ios::in | std::ios::out | std::ios::binary);
      in.seekp(at);
      for (auto bytes = chance() % 4 == 0 ? chance() % 600 : 1; bytes > 0; --bytes)
        in.put(static_cast<char>(chance() & 0xff));
    }
  }
}

enum verdict { reported = 0, whole = 1, wrong = 2, inconsistent = 3 };

bool is_right(const enclaved::result<pieces>& some, session_number of, std::size_t& good) {
  if (!some) return true;
  for (const auto& one : *some) {
    if (one.damaged) continue;
    if (one.body != body_of(of == 0 ? one.number : of, of == 0 ? 0 : one.number)) return false;
    ++good;
  }
  return true;
}

/// What a process finds that knows what ought to be there.
verdict look(const std::string& folder) {
  std::size_t findings = 0, good = 0;
  const auto seen = check_store(folder, [&findings](std::string_view) { ++findings; });
  if (const auto one = open_rocksdb_store(folder, open_mode::read_only)) {
    for (session_number of = 1; of <= sessions; ++of)
      if (!is_right((*one)->entries(of, 1, 1'000'000), of, good)) return wrong;
    if (!is_right((*one)->heads(0, 1'000), 0, good)) return wrong;
    for (session_number of = 1; of <= sessions; ++of)
      if (const auto head = (*one)->head(of); head && *head && !(*head)->damaged && (*head)->body != body_of(of, 0))
        return wrong;
  } else if (seen && findings == 0) {
    return inconsistent;
  }
  return good == sessions * (entries_each + 1) ? whole : reported;
}

} // namespace

TEST_CASE("damage of any kind anywhere never makes damaged data pass for good") {
  test::folder in;
  write_store(in.at("store"));
  const char* wanted = std::getenv("ENCLAVED_DAMAGES");
  const auto rounds = wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 50;
  std::map<int, int> ends;
  int given_up = 0;
  for (std::uint64_t seed = 1; seed <= rounds; ++seed) {
    INFO("seed " << seed);
    const auto copy = in.at("copy");
    fs::remove_all(copy);
    fs::copy(in.at("store"), copy, fs::copy_options::recursive);
    std::mt19937_64 chance(seed);
    damage(copy, chance);
    const auto child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      std::signal(SIGABRT, SIG_DFL); // Catch would report the failure a second time
      std::signal(SIGSEGV, SIG_DFL);
      alarm(30);
      if (const int nowhere = open("/dev/null", O_WRONLY); nowhere >= 0) dup2(nowhere, STDERR_FILENO);
      _exit(look(copy));
    }
    int how = 0;
    REQUIRE(waitpid(child, &how, 0) == child);
    if (WIFSIGNALED(how)) {
      CHECK(WTERMSIG(how) == SIGABRT); // an assertion, nothing worse
      ++given_up;
      continue;
    }
    CHECK(WEXITSTATUS(how) != wrong);
    CHECK(WEXITSTATUS(how) != inconsistent);
    ++ends[WEXITSTATUS(how)];
  }
  CHECK(ends[reported] > 0);
  std::printf("%d reported, %d whole all the same, %d given up by the library\n", ends[reported], ends[whole],
              given_up);
}
