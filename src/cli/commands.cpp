#include "cli/commands.hpp"

#include "base/escape.hpp"
#include "cli/command_list.hpp"
#include "cli/connection.hpp"

#include <algorithm>
#include <array>
#include <iostream>

namespace enclaved::cli {

namespace {

exit_status help(arguments, const host&);

exit_status serve(arguments options, const host& with) { return static_cast<exit_status>(with.serve(options)); }

constexpr std::array table{
    command{"serve", "[OPTION…]", "serve clients; the same as no command (enclaved --help lists the options)", serve},
    command{"run", "FILE|- [OPTION…]", "run a script and print its result as JSON", run},
    command{"check", "FILE|- [OPTION…]", "say what is wrong with a script, without running it", check},
    command{"status", "[OPTION…]", "show what a server does", status_of_server},
    command{"sessions", "[OPTION…]", "list a server's sessions", sessions},
    command{"events", "SESSION [OPTION…]", "print a session's events as JSON lines", events},
    command{"bench", "[OPTION…]", "measure how many scripts a server runs, and how fast", bench},
    command{"backup", "PATH [OPTION…]", "copy what a server keeps on disk, while it runs or when it does not", backup},
    command{"restore", "BACKUP [OPTION…]", "make a backup the store of a data directory that has none", restore},
    command{"fsck", "[OPTION…]", "look for damage in the data directory of a server that does not run", fsck},
    command{"version", "", "print the version", version},
    command{"help", "", "print this list", help},
};

exit_status help(arguments, const host&) {
  std::cout << "enclaved runs scripts that nobody has read, in sandboxed worker processes.\n\n";
  for (const auto& one : table) {
    auto call = "  enclaved " + std::string(one.name) + (one.usage.empty() ? "" : " ") + std::string(one.usage);
    const std::size_t columns = 38 + (one.usage.find("…") == std::string_view::npos ? 0 : 2); // "…" is three bytes wide
    call.resize(std::max(columns, call.size() + 1), ' ');
    std::cout << call << one.summary << '\n';
  }
  std::cout << "\nEach takes --help. Without a command the server starts; enclaved --help lists its options.\n";
  return exit_status::ok;
}

exit_status unknown_command(const std::string& name) {
  std::vector<std::string_view> names;
  for (const auto& one : table) names.push_back(one.name);
  auto wrong = std::string("\"") + escaped(name, 60) + "\" is not a command";
  if (const auto meant = config::nearest(name, names); !meant.empty()) ((wrong += "; did you mean ") += meant) += '?';
  std::cerr << "error: " << wrong << "\nsee enclaved help\n";
  return exit_status::usage;
}

} // namespace

std::span<const command> commands() { return table; }

int dispatch(arguments all, const host& with) {
  if (all.empty() || all.front().starts_with("--")) return with.serve(all);
  const auto& name = all.front();
  if (name == "-h") return static_cast<int>(help(all, with));
  const auto found = std::find_if(table.begin(), table.end(), [&name](const auto& one) { return one.name == name; });
  if (found == table.end()) return static_cast<int>(unknown_command(name));
  return static_cast<int>(found->start(all.subspan(1), with));
}

} // namespace enclaved::cli
