#include "serve.hpp"

#include "cli/connection.hpp"
#include "config/load.hpp"
#include "config/print.hpp"
#include "roles.hpp"

#include <iostream>
#include <string>
#include <vector>

namespace enclaved {

namespace {

/// Whoever names a place for data counts on it.
std::vector<std::string> what_has_no_effect(const config::loaded& loaded) {
  std::vector<std::string> warnings;
  for (const auto& value : loaded.values) {
    const bool of_the_store = value.spec->name == "data-dir" || value.spec->name == "store";
    if (!of_the_store || value.from == config::source::built_in) continue;
    if (value.texts == std::vector<std::string>{"memory"}) continue;
    warnings.push_back("--" + std::string(value.spec->name) +
                       " has no effect yet: sessions are kept in memory only and end with this process; keeping them "
                       "on disk comes with a later version");
  }
  return warnings;
}

} // namespace

int serve(cli::arguments options) {
  const auto loaded = config::load(config::process_surroundings({options.begin(), options.end()}));
  if (!loaded.wrong.empty()) return static_cast<int>(cli::report(loaded.wrong, "serve"));
  switch (loaded.wanted) {
  case config::request::help: std::cout << config::help_text(); return 0;
  case config::request::version: std::cout << "enclaved " << ENCLAVED_VERSION << '\n'; return 0;
  case config::request::print_config: std::cout << config::print_config(loaded); return 0;
  case config::request::sample_config: std::cout << config::sample_config(); return 0;
  case config::request::serve: {
    auto settings = loaded.settings;
    for (auto& one : what_has_no_effect(loaded)) settings.warnings.push_back(std::move(one));
    return serve_standalone(settings);
  }
  }
  return static_cast<int>(cli::exit_status::usage);
}

} // namespace enclaved
