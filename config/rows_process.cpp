#include "config/option_rows.hpp"

namespace enclaved::config {

namespace {

std::optional<std::string> check_store(std::string_view text) {
  if (text == "rocksdb" || text == "memory") return std::nullopt;
  if (text.starts_with("redis://")) return "=redis://… is not available yet: it needs the shared session store";
  return "takes rocksdb, memory or redis://HOST:PORT";
}

void store_store(draft& into, const option_value& value) {
  into.out.store = value.text == "rocksdb"  ? store_kind::rocksdb
                   : value.text == "memory" ? store_kind::memory
                                            : store_kind::redis;
  if (into.out.store == store_kind::redis) into.out.store_url = value.text;
}

void nothing_to_store(draft&, const option_value&) {
  // nop: whoever starts the process looks at these before there are settings
}

} // namespace

void append_process_rows(option_rows& table) {
  auto print =
      rows::make(value_kind::flag, {"print-config", "", "", "print every setting with where it came from, and end"},
                 nothing_to_store);
  auto sample =
      rows::make(value_kind::flag, {"sample-config", "", "", "print a configuration file with every setting, and end"},
                 nothing_to_store);
  auto help = rows::make(value_kind::flag, {"help", "", "", "print this text, and end"}, nothing_to_store);
  auto version = rows::make(value_kind::flag, {"version", "", "", "print the version, and end"}, nothing_to_store);
  auto file =
      rows::make(value_kind::path, {"config", "FILE", "", "read settings from FILE, as lines of the form name = value"},
                 nothing_to_store);
  for (auto* row : {&print, &sample, &help, &version}) row->command_line_only = true;

  auto role = rows::choice(
      {"role", "ROLE", "standalone",
       "what this process is: the broker clients talk to, a runtime that executes, or both"},
      {"standalone", "broker", "runtime"}, [](draft & d) -> auto& { return d.out.role; });
  role.choices_now = 1;
  role.later = "the cluster";

  auto store =
      rows::make(value_kind::text,
                 {"store", "STORE", "rocksdb", "where durable sessions are kept: rocksdb, memory or redis://HOST:PORT"},
                 store_store);
  store.check = check_store;
  store.sensitivity = sensitivity::password_in_url;

  auto log_level = rows::choice(
      {"log-level", "LEVEL", "info", "the least important lines that are logged"},
      {"debug", "info", "warn", "error", "off"}, [](draft & d) -> auto& { return d.out.log_level; });
  log_level.variable = "LOG_LEVEL";

  append_section(table, "Process", for_all,
                 {std::move(file), std::move(print), std::move(sample), std::move(help), std::move(version),
                  std::move(role),
                  rows::path(
                      {"data-dir", "DIR", "",
                       "everything on disk lies here; one process at a time (default $STATE_DIRECTORY, else the "
                       "user's state folder)"},
                      [](draft & d) -> auto& { return d.out.data_dir; }),
                  std::move(store), std::move(log_level),
                  rows::choice(
                      {"log-format", "FORMAT", "auto", "lines for people or for machines; auto is text on a terminal"},
                      {"auto", "text", "json"}, [](draft & d) -> auto& { return d.out.log_format; }),
                  rows::number(
                      {"shutdown-timeout-ms", "N", std::to_string(bounds::drain_ms),
                       "how long running scripts may go on after SIGTERM"},
                      0, 86'400'000, [](draft & d) -> auto& { return d.out.shutdown_timeout_ms; })});
}

} // namespace enclaved::config
