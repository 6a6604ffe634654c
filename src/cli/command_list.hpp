// The commands' entry points; each stands in the file of its name.
#pragma once

#include "cli/commands.hpp"

namespace enclaved::cli {

exit_status run(arguments, const host&);
exit_status check(arguments, const host&);
exit_status status_of_server(arguments, const host&);
exit_status sessions(arguments, const host&);
exit_status events(arguments, const host&);
exit_status bench(arguments, const host&);
exit_status backup(arguments, const host&);
exit_status restore(arguments, const host&);
exit_status fsck(arguments, const host&);
exit_status version(arguments, const host&);

} // namespace enclaved::cli
