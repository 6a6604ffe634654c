// `enclaved bench`: how many scripts a server runs in a second, and how long each takes.
#include "cli/bench_report.hpp"
#include "cli/command_line.hpp"
#include "cli/command_list.hpp"
#include "cli/json_output.hpp"
#include "cli/load_frames.hpp"
#include "cli/load_generator.hpp"
#include "cli/terminal.hpp"
#include "cli/text_files.hpp"

#include <algorithm>
#include <iostream>
#include <unistd.h>

namespace enclaved::cli {

namespace {

struct bench_options {
  connection_options connection;
  layout output = layout::people;
  std::string script;
  load_plan plan;
  std::uint64_t seconds = 0;
};

using bench_row = config::option<bench_options>;

bench_row number(std::string name, std::string fallback, std::uint64_t least, std::uint64_t most, std::string help,
                 std::function<void(bench_options&, std::uint64_t)> store) {
  bench_row row;
  row.kind = config::value_kind::number;
  row.name = std::move(name);
  row.value_name = "N";
  row.fallback = std::move(fallback);
  row.least = least;
  row.most = most;
  row.help = std::move(help);
  row.store = [store = std::move(store)](bench_options& o, const config::option_value& v) { store(o, v.number); };
  return row;
}

std::vector<bench_row> option_table() {
  std::vector<bench_row> rows;
  append_connection_rows(rows);
  append_json_row(rows);
  rows.push_back(number("in-flight", "64", 1, 10'000'000,
                        "requests that wait for an answer, of all connections together",
                        [](bench_options& o, std::uint64_t n) { o.plan.in_flight = n; }));
  rows.push_back(number("connections", "1", 1, 100'000, "connections that the requests are spread over",
                        [](bench_options& o, std::uint64_t n) { o.plan.connections = n; }));
  rows.push_back(number("seconds", "5", 1, 86'400, "how long to measure",
                        [](bench_options& o, std::uint64_t n) { o.seconds = n; }));
  rows.push_back(number("count", "0", 0, 1'000'000'000'000, "send so many requests instead; 0: as many as fit the time",
                        [](bench_options& o, std::uint64_t n) { o.plan.count = n; }));
  rows.push_back(number("warm-up-ms", "500", 0, 3'600'000, "first, not counted; none with --count",
                        [](bench_options& o, std::uint64_t n) { o.plan.warm_up_ms = n; }));
  rows.push_back(
      number("rate", "0", 0, 10'000'000,
             "send so many requests a second whether or not answers come, and count latency from when each was due; 0: "
             "the next leaves when an answer comes",
             [](bench_options& o, std::uint64_t n) { o.plan.rate = n; }));
  bench_row script;
  script.name = "script";
  script.value_name = "NAME|FILE";
  script.fallback = "trivial";
  script.help =
      "trivial, distinct (every text another), tool (one call, answered by the bench), or a file; in a file each "
      "0x00000000 that comes first is another number in every request";
  script.store = [](bench_options& o, const config::option_value& v) { o.script = v.text; };
  rows.push_back(std::move(script));
  bench_row security;
  security.name = "security";
  security.value_name = "LEVEL";
  security.help = "strict, secure, standard or permissive";
  security.kind = config::value_kind::choice;
  security.choices = {"strict", "secure", "standard", "permissive"};
  security.store = [](bench_options& o, const config::option_value& v) {
    o.plan.security = static_cast<security_level>(v.choice);
  };
  rows.push_back(std::move(security));
  bench_row durable;
  durable.name = "durable";
  durable.kind = config::value_kind::flag;
  durable.help = "every step is on disk before it is told; what was run stays there until its sessions expire";
  durable.store = [](bench_options& o, const config::option_value&) { o.plan.durable = true; };
  rows.push_back(std::move(durable));
  return rows;
}

result<done> complete_plan(bench_options& options) {
  auto& plan = options.plan;
  plan.server = options.connection.server.off() ? default_server() : options.connection.server;
  plan.connect_timeout_ms = options.connection.connect_timeout_ms;
  plan.run_ms = options.seconds * 1'000;
  if (plan.count > 0) plan.warm_up_ms = 0;
  plan.connections = plan.rate > 0 ? plan.connections : std::min(plan.connections, plan.in_flight);
  auto token = read_token(options.connection);
  if (!token) return token.problem();
  plan.token = std::move(*token);
  plan.code = built_in_script(options.script);
  if (plan.code.empty()) {
    auto text = read_text_file(options.script, bounds::source_bytes);
    if (!text) return text.problem();
    plan.code = std::move(*text);
  }
  if (plan.code.find(distinct_mark) != std::string::npos) plan.texts = script_texts::distinct;
  if (plan.rate == 0 && plan.in_flight > plan.connections * bounds::requests_in_flight)
    return invalid_request("at most " + std::to_string(bounds::requests_in_flight) +
                           " requests are in flight on a connection; raise --connections");
  return done{};
}

void show_progress(std::uint64_t answers, double seconds) {
  std::cerr << "\r" << static_cast<std::uint64_t>(seconds) << " s, " << answers << " answers, "
            << static_cast<std::uint64_t>(static_cast<double>(answers) / seconds) << "/s   " << std::flush;
}

} // namespace

exit_status bench(arguments given, const host&) {
  bench_options options;
  std::vector<std::string> none;
  if (const auto end = read_command("bench", option_table(), given, {}, options, none)) return *end;
  if (auto complete = complete_plan(options); !complete) return report(complete.problem());
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  const auto seen =
      generate_load(options.plan, terminal ? show_progress : std::function<void(std::uint64_t, double)>());
  if (terminal) std::cerr << "\r\x1b[K";
  if (!seen) return report(seen.problem());
  if (options.output == layout::json) return print_json(encode_report(options.plan, *seen));
  std::cout << describe_report(options.plan, *seen);
  return exit_status::ok;
}

} // namespace enclaved::cli
