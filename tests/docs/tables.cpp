// Prints docs/TABLES.md: the tables of the code that people read, so that no document repeats by hand what the code
// says.
//
//   docs_tables                     prints the document
//   docs_tables --check FILE        ends with 1 when FILE is another text, and says where it begins to differ
#include "base/error.hpp"
#include "base/level_limits.hpp"
#include "base/limits.hpp"
#include "base/outcome.hpp"
#include "config/print.hpp"
#include "wire/events.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace {

using namespace enclaved;

std::string code(std::string_view text) { return '`' + std::string(text) + '`'; }

std::string_view words_for(reaction what_to_do) {
  switch (what_to_do) {
  case reaction::fix_request: return "fix the request";
  case reaction::authenticate: return "authenticate";
  case reaction::retry_later: return "retry later";
  case reaction::reconnect: return "reconnect";
  case reaction::report: return "report";
  }
  return {};
}

std::string errors() {
  std::string out =
      "\n## Errors\n\nWhat a client is told in the `error` of a response, or in the `error` notification before a "
      "connection "
      "is closed.\n\n| code | reaction | for the client | for the operator |\n| --- | --- | --- | --- |\n";
  for (std::size_t i = 0; i < error_codes; ++i) {
    const auto& one = row(static_cast<error_code>(i));
    out.append("| ").append(code(one.name)).append(" | ").append(words_for(one.what_to_do));
    out.append(" | ").append(one.for_client).append(" | ").append(one.for_operator).append(" |\n");
  }
  return out;
}

std::string outcomes_table() {
  std::string out = "\n## Ends of a script\n\nThe `code` in the `error` of a `final` payload. `OK` stands in none: it "
                    "is a result.\n\n"
                    "| code | meaning |\n| --- | --- |\n";
  for (std::size_t i = 0; i < outcomes; ++i) {
    const auto& one = row(static_cast<outcome>(i));
    out.append("| ").append(code(one.name)).append(" | ").append(one.meaning).append(" |\n");
  }
  return out;
}

std::string events() {
  std::string out = "\n## Event types\n\nTheir payloads stand in [PROTOCOL.md](PROTOCOL.md).\n\n| type |\n| --- |\n";
  for (std::size_t i = 0; i < wire::event_types; ++i)
    out.append("| ").append(code(wire::name(static_cast<wire::event_type>(i)))).append(" |\n");
  return out;
}

/// 67108864 is "64 MiB" where the row counts bytes; 0 is "none" where it lifts a limit.
std::string shown(const limit_row& limit, std::uint64_t value) {
  if (limit.zero_is_unlimited && value == 0) return "none";
  if (!limit.name.ends_with("_bytes")) return std::to_string(value);
  if (value % bounds::mib == 0) return std::to_string(value / bounds::mib) + " MiB";
  return std::to_string(value / bounds::kib) + " KiB";
}

std::string level_row_text(std::string_view name, auto&& cell_of) {
  auto out = "| " + code(name);
  for (std::size_t i = 0; i < security_levels; ++i) out += " | " + cell_of(static_cast<security_level>(i));
  return out + " |\n";
}

std::string levels() {
  std::string out = "\n## Security levels\n\nThe limits of a run that names none, by its level. They are ceilings too, "
                    "but for `deadline_ms` and "
                    "`tool_timeout_ms`, which have none unless configured.\n\n| limit";
  for (std::size_t i = 0; i < security_levels; ++i) (out += " | ") += name(static_cast<security_level>(i));
  out += " |\n| --- | --- | --- | --- | --- |\n";
  for (const auto& limit : limit_rows())
    out +=
        level_row_text(limit.name, [&](security_level level) { return shown(limit, row(level).limits.*limit.field); });
  out += level_row_text("messages_per_second",
                        [](security_level level) { return std::to_string(row(level).messages_per_second); });
  out += level_row_text(
      "stack traces", [](security_level level) { return std::string(row(level).full_stacks ? "full" : "sanitised"); });
  return out;
}

std::string options() {
  std::string out = "\n## Options\n\nEach is an option of the command line, a line of the configuration file "
                    "(`data-dir = /srv/enclaved`) and a "
                    "variable (`ENCLAVED_DATA_DIR`). The command line wins over the environment, then the file, then "
                    "`--pool-preset`.\n";
  auto sections = config::options_markdown();
  // Its headings are one level below ours.
  for (auto at = sections.find("\n## "); at != std::string::npos; at = sections.find("\n## ", at + 2))
    sections.insert(at + 1, 1, '#');
  return out + sections;
}

std::string document() {
  return "# Tables\n\nThe code prints this file, and a test compares the two: `ninja -C build tests/docs/docs_tables "
         "&& "
         "build/tests/docs/docs_tables > docs/TABLES.md`.\n" +
         errors() + outcomes_table() + events() + levels() + options();
}

int check(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string kept{std::istreambuf_iterator<char>(file), {}};
  const auto wanted = document();
  if (kept == wanted) return 0;
  const auto differs = std::mismatch(kept.begin(), kept.end(), wanted.begin(), wanted.end()).first;
  std::cerr << path << ':' << 1 + std::count(kept.begin(), differs, '\n')
            << ": is not what the code says; its second paragraph tells how to print it anew\n";
  return 1;
}

} // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "--check") return check(argv[2]);
  if (argc != 1) {
    std::cerr << "usage: docs_tables [--check FILE]\n";
    return 2;
  }
  std::cout << document();
  return std::cout.flush() ? 0 : 1;
}
