#include "cli/json_output.hpp"

#include "wire/json.hpp"

#include <iostream>

namespace enclaved::cli {

exit_status print_json(std::string_view value) {
  const auto json = wire::to_json(value, wire::json_layout::indented);
  if (!json) return report(json.problem());
  std::cout << *json << '\n';
  return exit_status::ok;
}

} // namespace enclaved::cli
