// The tests of the worker process side. A zygote is this very executable started anew, so it has a main of its own.
#define CATCH_CONFIG_RUNNER
#include "engine/zygote.hpp"

#include <catch2/catch.hpp>

#include <csignal>

int main(int argc, char** argv) {
  enclaved::engine::become_zygote_if_asked(argc, argv);
  std::signal(SIGPIPE, SIG_IGN);
  return Catch::Session().run(argc, argv);
}
