#include "config/print.hpp"

#include "config/options.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

using namespace enclaved;
using namespace enclaved::config;

namespace {

std::string print_with(std::vector<std::string> arguments, environment variables = {}) {
  return print_config(load({std::move(arguments), std::move(variables), 2}));
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// The settings of a text that is read back as a configuration file.
std::vector<sourced_option> read_back(const std::string& text, violations& wrong) {
  std::vector<sourced_option> out;
  read_file_text(text, "printed", server_option_specs(), out, wrong);
  return out;
}

} // namespace

TEST_CASE("the printed configuration says where each value came from") {
  const auto text = print_with({"--queue-length=5"}, {{"ENCLAVED_LISTEN", "127.0.0.1:9"}, {"LOG_LEVEL", "warn"}});
  const auto line = [&text](std::string_view start) {
    const auto at = text.find(std::string("\n") + std::string(start)) + 1;
    return text.substr(at, text.find('\n', at) - at);
  };
  CHECK(line("queue-length = 5").ends_with("# command line"));
  CHECK(line("listen = 127.0.0.1:9").ends_with("# environment, ENCLAVED_LISTEN"));
  CHECK(line("log-level = warn").ends_with("# environment, LOG_LEVEL"));
  CHECK(line("max-sessions = 100000").ends_with("# default"));
}

TEST_CASE("the printed configuration read as a file gives the same settings") {
  violations wrong;
  const auto options = read_back(print_with({"--queue-length=5", "--listen=", "--label=a=b"}), wrong);
  CHECK(wrong.empty());
  const auto text_of = [&options](std::string_view name) {
    return std::find_if(options.begin(), options.end(), [name](const auto& o) { return o.spec->name == name; })->text;
  };
  CHECK(text_of("queue-length") == "5");
  CHECK(text_of("listen").empty());
  CHECK(text_of("label") == "a=b");
}

TEST_CASE("secrets stay out of the printed configuration") {
  CHECK_FALSE(has(print_with({"--broker-token=hunter2"}), "hunter2"));
  CHECK_FALSE(has(print_with({"--store=redis://me:hunter2@host"}), "hunter2"));
}

TEST_CASE("the sample file in the tree is the one the program prints") {
  std::ifstream file(ENCLAVED_SAMPLE_FILE);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  REQUIRE_FALSE(text.empty());
  CHECK(text == sample_config());
}

TEST_CASE("the sample file with every comment mark removed is a valid configuration of defaults") {
  std::string bare;
  const auto sample = sample_config();
  for (std::size_t at = 0; at < sample.size();) {
    const auto end = sample.find('\n', at);
    const auto line = sample.substr(at, end - at);
    const bool setting = line.size() > 1 && line[0] == '#' && line[1] != ' ';
    if (setting) bare += line.substr(1) + '\n';
    at = end + 1;
  }
  violations wrong;
  const auto options = read_back(bare, wrong);
  CHECK(wrong.empty());
  CHECK(options.size() > 50);
  for (const auto& one : options) {
    INFO(one.spec->name);
    CHECK(one.text == one.spec->fallback);
  }
}

TEST_CASE("help, sample and documents name every option") {
  const auto help = help_text();
  const auto sample = sample_config();
  const auto markdown = options_markdown();
  for (const auto* spec : server_option_specs()) {
    INFO(spec->name);
    CHECK(has(help, "--" + spec->name));
    CHECK(has(markdown, "`--" + spec->name));
    if (!spec->command_line_only && spec->name != "config") CHECK(has(sample, "\n#" + spec->name + " ="));
  }
}

TEST_CASE("help fits a hundred columns") {
  const auto help = help_text();
  for (std::size_t at = 0; at < help.size();) {
    const auto end = help.find('\n', at);
    const auto line = help.substr(at, end - at);
    INFO(line);
    CHECK(line.size() <= 104); // some characters are three bytes
    at = end + 1;
  }
}
