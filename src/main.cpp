// Start-up. A process of ours is a zygote when it was started as one; otherwise its command line says what it does.
#include "cli/commands.hpp"
#include "engine/zygote.hpp"
#include "roles.hpp"
#include "serve.hpp"

#include <csignal>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  using namespace enclaved;
  engine::become_zygote_if_asked(argc, argv);
  std::signal(SIGPIPE, SIG_IGN); // a peer that is gone is an error value where it is written to
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  const int status = cli::dispatch(arguments, {.serve = serve, .start_embedded = start_embedded});
  end_embedded();
  return status;
}
