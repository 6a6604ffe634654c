#include "cli/command_line.hpp"

#include "base/escape.hpp"

#include <algorithm>

namespace enclaved::cli {

const command& command_named(std::string_view name) {
  const auto all = commands();
  return *std::find_if(all.begin(), all.end(), [name](const auto& one) { return one.name == name; });
}

void show_help(const command& which, std::span<const config::option_spec* const> specs) {
  std::cout << "enclaved " << which.name << ' ' << which.usage << "\n\n  " << which.summary << "\n\n"
            << config::describe(specs);
}

void check_positionals(const std::vector<std::string>& given, positional_count wanted, const command& which,
                       config::violations& wrong) {
  if (given.size() < wanted.least)
    wrong.push_back("it is called as enclaved " + std::string(which.name) + ' ' + std::string(which.usage));
  for (std::size_t i = wanted.most; i < given.size(); ++i)
    wrong.push_back(std::string("\"") + escaped(given[i], 80) + "\" is one argument too many");
}

} // namespace enclaved::cli
