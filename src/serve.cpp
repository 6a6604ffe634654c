#include "serve.hpp"

#include "cli/connection.hpp"
#include "config/load.hpp"
#include "config/print.hpp"
#include "roles.hpp"

#include <iostream>

namespace enclaved {

int serve(cli::arguments options) {
  const auto loaded = config::load(config::process_surroundings({options.begin(), options.end()}));
  if (!loaded.wrong.empty()) return static_cast<int>(cli::report(loaded.wrong, "serve"));
  switch (loaded.wanted) {
  case config::request::help: std::cout << config::help_text(); return 0;
  case config::request::version: std::cout << "enclaved " << ENCLAVED_VERSION << '\n'; return 0;
  case config::request::print_config: std::cout << config::print_config(loaded); return 0;
  case config::request::sample_config: std::cout << config::sample_config(); return 0;
  case config::request::serve: return serve_standalone(loaded.settings);
  }
  return static_cast<int>(cli::exit_status::usage);
}

} // namespace enclaved
