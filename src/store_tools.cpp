// Looking at a store happens in a process of its own. RocksDB checks itself with assertions, and files that chance or
// an attacker wrote can make one fail; that is then a finding like others.
#include "store_tools.hpp"

#include "base/escape.hpp"
#include "store/copies.hpp"
#include "store/fsck.hpp"

#include <array>
#include <cstring>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace enclaved {

namespace {

/// What the process that looks tells the one that waits: lines, and behind each a byte that says what it is.
enum class mark : char { finding = '\n', error = '\x01', census = '\x02' };

void write_all(int to, std::string_view text) {
  while (!text.empty()) {
    const auto wrote = write(to, text.data(), text.size());
    if (wrote <= 0) _exit(1);
    text.remove_prefix(static_cast<std::size_t>(wrote));
  }
}

void write_line(int to, std::string_view text, mark what) {
  write_all(to, text);
  const char end = static_cast<char>(what);
  write_all(to, {&end, 1});
}

[[noreturn]] void look(const std::string& folder, int to) {
  if (const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC); nowhere >= 0) dup2(nowhere, STDERR_FILENO);
  const auto seen = store::check_store(folder, [to](std::string_view line) { write_line(to, line, mark::finding); });
  if (!seen) {
    write_line(to, static_cast<char>('A' + static_cast<int>(seen.problem().code)) + escaped(seen.problem().message),
               mark::error);
  } else {
    std::string numbers;
    for (const auto one : {seen->sessions, seen->entries, seen->notes, seen->findings})
      numbers += std::to_string(one) + ' ';
    write_line(to, numbers, mark::census);
  }
  _exit(0);
}

struct seen_by_child {
  store::census counted;
  std::optional<error> problem;
  bool whole = false;
};

void take(seen_by_child& into, const std::string& line, mark what, const store::finding_sink& tell) {
  switch (what) {
  case mark::finding: ++into.counted.findings; return tell(line);
  case mark::error:
    if (!line.empty()) into.problem = error{static_cast<error_code>(line[0] - 'A'), line.substr(1)};
    return;
  case mark::census:
    unsigned long long sessions = 0, entries = 0, notes = 0, findings = 0;
    into.whole = std::sscanf(line.c_str(), "%llu %llu %llu %llu", &sessions, &entries, &notes, &findings) == 4;
    into.counted = {sessions, entries, notes, findings};
    return;
  }
}

seen_by_child listen(int from, const store::finding_sink& tell) {
  seen_by_child all;
  std::string line;
  std::array<char, 4096> some{};
  for (ssize_t got = 0; (got = read(from, some.data(), some.size())) > 0;)
    for (const char one : std::string_view(some.data(), static_cast<std::size_t>(got))) {
      const auto what = static_cast<mark>(one);
      if (what != mark::finding && what != mark::error && what != mark::census) {
        line += one;
        continue;
      }
      take(all, line, what, tell);
      line.clear();
    }
  return all;
}

result<store::census> check(const std::string& folder, const store::finding_sink& tell) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return error{error_code::unavailable, "no pipe to look at the store through"};
  const auto child = fork();
  if (child < 0) return error{error_code::unavailable, "no process to look at the store in"};
  if (child == 0) look(folder, ends[1]);
  close(ends[1]);
  auto all = listen(ends[0], tell);
  close(ends[0]);
  int how = 0;
  waitpid(child, &how, 0);
  if (all.problem) return *all.problem;
  if (!all.whole) {
    const auto why = WIFSIGNALED(how) ? std::string(strsignal(WTERMSIG(how))) : std::string("it ended");
    tell("the database cannot be read to its end: its files make the library give up (" + why + "); restore a backup");
    ++all.counted.findings;
  }
  return all.counted;
}

result<cli::store_census> as_told(const result<store::census>& seen) {
  if (!seen) return seen.problem();
  return cli::store_census{seen->sessions, seen->entries, seen->notes, seen->findings};
}

} // namespace

cli::store_tools store_tools() {
  cli::store_tools tools;
  tools.check = [](const std::string& data_dir, const cli::finding_sink& tell) {
    return as_told(check(store::store_in(data_dir), tell));
  };
  tools.back_up = [](const std::string& data_dir, const std::string& path) -> result<cli::stored_backup> {
    const auto made = store::back_up(data_dir, path);
    if (!made) return made.problem();
    return cli::stored_backup{made->path, made->bytes};
  };
  tools.restore = [](const std::string& backup, const std::string& data_dir, const cli::finding_sink& tell) {
    return as_told(store::restore(backup, data_dir, tell, check));
  };
  return tools;
}

} // namespace enclaved
