// The example in FORMAT.md is what the code reads and writes.
#include "store/body_seal.hpp"
#include "store/keys.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <sstream>

using namespace enclaved::store;

namespace {

std::string bytes_of(const std::string& hex) {
  std::string out;
  std::string digits;
  for (const char one : hex)
    if (one != ' ') digits += one;
  for (std::size_t at = 0; at + 1 < digits.size(); at += 2)
    out += static_cast<char>(std::stoi(digits.substr(at, 2), nullptr, 16));
  return out;
}

/// Lines "what: hex" of the document's block.
std::map<std::string, std::string> example() {
  std::ifstream file(FORMAT_DOCUMENT);
  REQUIRE(file);
  std::map<std::string, std::string> found;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("```"))
      inside = line == "```hex";
    else if (const auto colon = line.find(':'); inside && colon != std::string::npos)
      found[line.substr(0, colon)] = bytes_of(line.substr(colon + 1));
  }
  return found;
}

} // namespace

TEST_CASE("the documented example is read and written as it stands there") {
  auto said = example();
  REQUIRE(said.size() == 8);
  CHECK(said["format key"] == keys::format);
  CHECK(said["format value"] == std::string(1, format_version));
  CHECK(said["entry key"] == keys::entry(7, 3));
  CHECK(said["head key"] == keys::head(7));
  std::string unfinished = "u/";
  keys::put_number(unfinished, 7);
  CHECK(said["note key"] == keys::note(unfinished));
  CHECK(unsealed(said["entry key"], said["entry value"]) == "\xa2hi");
  CHECK(unsealed(said["head key"], said["head value"]) == "\x81\xa2id\xa1x");
  CHECK(unsealed(said["note key"], said["note value"]) == "");
  CHECK(sealed(said["entry key"], "\xa2hi") == said["entry value"]);
}
