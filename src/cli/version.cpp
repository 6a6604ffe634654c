#include "cli/command_list.hpp"

#include <iostream>

namespace enclaved::cli {

exit_status version(arguments, const host&) {
  std::cout << "enclaved " << ENCLAVED_VERSION << '\n';
  return exit_status::ok;
}

} // namespace enclaved::cli
