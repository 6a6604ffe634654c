// The npm package test262-parser-tests: what must be taken, and what must be refused. scripts/test fetches it; without
// it this says so and is skipped.
//
//   parser_suite FOLDER LIST    the package's folder, and the list of tests that are out of scope
#include "engine/lang/parser.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace {

namespace fs = std::filesystem;
using namespace enclaved::engine::lang;

constexpr int skipped = 77; // as Meson reads it

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Each line: the test's name, two spaces, the reason.
std::map<std::string, std::string> read_list(const fs::path& path) {
  std::map<std::string, std::string> list;
  std::istringstream lines(read(path));
  for (std::string line; std::getline(lines, line);) {
    const auto gap = line.find("  ");
    if (line.substr(0, 1) != "#" && gap != std::string::npos) list[line.substr(0, gap)] = line.substr(gap + 2);
  }
  return list;
}

/// What is wrong with the source as a plain strict script without types; empty when nothing is.
std::string refusal_of(const std::string& source) {
  pool memory;
  const auto result = parse(source, {.form = script_form::plain, .allows_types = false}, memory);
  const auto* problem = std::get_if<syntax_problem>(&result);
  return problem ? problem->message : "";
}

struct tally {
  int ran = 0;
  int failed = 0;
};

void run_folder(const fs::path& package, const std::string& folder,
                const std::map<std::string, std::string>& out_of_scope, tally& count) {
  const bool must_pass = folder.substr(0, 4) == "pass";
  for (const auto& entry : fs::directory_iterator(package / folder)) {
    const auto name = folder + "/" + entry.path().filename().string();
    if (entry.path().extension() != ".js" || name.ends_with(".module.js")) continue;
    const auto refusal = refusal_of(read(entry.path()));
    const bool is_listed = out_of_scope.count(name) != 0;
    ++count.ran;
    if (refusal.empty() == (must_pass != is_listed)) continue;
    ++count.failed;
    std::printf("%s: %s%s\n", name.c_str(), refusal.empty() ? "is taken" : refusal.c_str(),
                is_listed ? ", as it should be: it must not be listed" : "");
  }
}

} // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  const fs::path package = arguments[1];
  if (!fs::exists(package / "pass")) {
    std::printf("%s is not there; scripts/test fetches it\n", package.c_str());
    return skipped;
  }
  const auto out_of_scope = read_list(arguments[2]);
  tally total;
  for (const char* folder : {"pass", "pass-explicit", "fail", "early"})
    run_folder(package, folder, out_of_scope, total);
  std::printf("Ran %d tests in all, %zu of them listed; failures=%d\n", total.ran, out_of_scope.size(), total.failed);
  return total.failed == 0 && total.ran > 4'000 ? 0 : 1;
}
