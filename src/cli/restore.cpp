// `enclaved restore`: a backup becomes the store of a data directory that has none.
#include "base/escape.hpp"
#include "cli/command_line.hpp"
#include "cli/command_list.hpp"
#include "cli/data_dir.hpp"
#include "cli/terminal.hpp"

#include <iostream>

namespace enclaved::cli {

namespace {

struct restore_options {
  std::string data_dir;
};

} // namespace

exit_status restore(arguments given, const host& with) {
  restore_options options;
  std::vector<config::option<restore_options>> rows;
  append_data_dir_row(rows);
  std::vector<std::string> backups;
  if (const auto end = read_command("restore", std::move(rows), given, {1, 1}, options, backups)) return *end;
  if (options.data_dir.empty()) options.data_dir = usual_data_dir();
  const auto seen = with.store.restore(backups.front(), options.data_dir,
                                       [](std::string_view line) { std::cerr << printable(line) << '\n'; });
  if (!seen) return report(seen.problem());
  if (seen->findings != 0) {
    std::cerr << "error: the backup is damaged, so nothing was restored\n";
    return exit_status::script_failed;
  }
  std::cout << seen->sessions << " sessions, " << seen->entries << " entries and " << seen->notes
            << " notes are restored in " << escaped(options.data_dir) << '\n';
  return exit_status::ok;
}

} // namespace enclaved::cli
