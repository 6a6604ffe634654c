// `enclaved fsck`: what is wrong with the data of a server that does not run, a line each.
#include "base/escape.hpp"
#include "cli/command_line.hpp"
#include "cli/command_list.hpp"
#include "cli/data_dir.hpp"
#include "cli/terminal.hpp"

#include <iostream>

namespace enclaved::cli {

namespace {

struct fsck_options {
  std::string data_dir;
};

} // namespace

exit_status fsck(arguments given, const host& with) {
  fsck_options options;
  std::vector<config::option<fsck_options>> rows;
  append_data_dir_row(rows);
  std::vector<std::string> none;
  if (const auto end = read_command("fsck", std::move(rows), given, {}, options, none)) return *end;
  if (options.data_dir.empty()) options.data_dir = usual_data_dir();
  const auto seen =
      with.store.check(options.data_dir, [](std::string_view line) { std::cout << printable(line) << '\n'; });
  if (!seen) return report(seen.problem());
  std::cout << seen->sessions << " sessions, " << seen->entries << " entries, " << seen->notes
            << " notes: " << (seen->findings == 0 ? "nothing is wrong" : std::to_string(seen->findings) + " findings")
            << '\n';
  return seen->findings == 0 ? exit_status::ok : exit_status::script_failed;
}

} // namespace enclaved::cli
