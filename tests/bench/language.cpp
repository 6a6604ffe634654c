// Runs programs of tests/bench/programs on a machine without limits and prints, a line each, its file, the milliseconds
// of the quickest of some runs, and what it answered: `language_bench ROUNDS FILE…`. scripts/lib/bench_language.py sets
// Node beside it.
#include "../engine/support.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace {

using namespace enclaved::engine;

struct taken {
  double best_ms = 0;
  double best_cpu_ms = 0;
  test::outcome_of end;
};

taken measured(const std::string& code, int rounds) {
  taken it;
  for (int i = 0; i < rounds; ++i) {
    test::script_run run(code);
    run.limits.timeout_ms = run.limits.cpu_ms = 600'000;
    it.end = run.go();
    const auto ms = static_cast<double>(it.end.run_us) / 1000;
    const auto cpu_ms = static_cast<double>(it.end.cpu_us) / 1000;
    if (i == 0 || ms < it.best_ms) it.best_ms = ms;
    if (i == 0 || cpu_ms < it.best_cpu_ms) it.best_cpu_ms = cpu_ms;
    if (it.end.how != enclaved::outcome::ok) break;
  }
  return it;
}

} // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(1, std::atoi(argv[1])) : 1;
  int failed = 0;
  for (int i = 2; i < argc; ++i) {
    std::ifstream file(argv[i]);
    const std::string code(std::istreambuf_iterator<char>(file), {});
    const auto [ms, cpu_ms, end] = measured("'use strict';" + code, rounds);
    if (end.how == enclaved::outcome::ok) {
      std::printf("%s\t%.3f\t%.3f\t%s\n", argv[i], ms, cpu_ms, end.result.c_str());
    } else {
      std::printf("%s\tfails\tfails\t%s (line %u)\n", argv[i], end.message.c_str(), end.line);
      failed = 1;
    }
    std::fflush(stdout);
  }
  return failed;
}
