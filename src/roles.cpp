#include "roles.hpp"

#include "actors/node.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "config/load.hpp"
#include "edge/io_threads.hpp"
#include "edge/pipe_links.hpp"
#include "edge/server.hpp"
#include "engine/lang/bounds.hpp"
#include "service_manager.hpp"
#include "signals.hpp"
#include "store/store.hpp"

#include <csignal>
#include <filesystem>
#include <memory>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace enclaved {

namespace {

constexpr std::uint32_t first_worker_ms = 30'000;
constexpr std::uint32_t look_around_ms = 100;

std::string host_name() {
  std::string name(256, '\0');
  if (gethostname(name.data(), name.size() - 1) != 0) return "node";
  name.resize(name.find('\0'));
  return name;
}

static_assert(config::source_nesting_most == bounds::syntax_nesting,
              "the option's range ends at the front-end's bound");

/// A rule that nothing can break is none: judging scripts costs parsing them once more.
engine::script_rules rules_from(const config::guard_settings& from) {
  engine::script_rules to;
  to.guard.globals_allowed = from.globals_allowed;
  to.guard.globals_forbidden = from.globals_forbidden;
  to.guard.tools_allowed = from.tools_allowed;
  to.guard.computed_tool_names = from.computed_tool_names == config::permission::allow;
  to.guard.loops = static_cast<engine::lang::loop_rule>(from.loops);
  to.guard.misleading_characters = from.misleading_characters == config::permission::allow;
  to.guard.source_bytes = from.source_bytes == bounds::source_bytes ? 0 : from.source_bytes;
  to.guard.nesting =
      from.source_nesting == config::source_nesting_most ? 0 : static_cast<std::uint32_t>(from.source_nesting);
  to.score_warn = static_cast<std::uint32_t>(from.score_warn);
  to.score_block = static_cast<std::uint32_t>(from.score_block);
  return to;
}

node_settings node_settings_from(const config::settings& from) {
  node_settings to;
  to.node = host_name();
  to.pool.workers_min = static_cast<std::uint32_t>(from.pool.workers_min);
  to.pool.workers = static_cast<std::uint32_t>(from.pool.workers_usual);
  to.pool.workers_max = static_cast<std::uint32_t>(from.pool.workers_max);
  to.pool.executions_per_worker = from.pool.executions_per_worker;
  to.pool.idle_ms = from.pool.worker_idle_ms;
  to.pool.memory_bytes = from.pool.worker_memory_bytes;
  to.pool.sandbox_required = from.sandbox == config::sandbox_policy::required;
  to.pool.rules = rules_from(from.guard);
  to.queue = {from.pool.queue_length, from.pool.queue_timeout_ms};
  to.sessions.level = from.security;
  to.sessions.level_max = from.security_max;
  to.sessions.levels = from.levels;
  to.sessions.sessions_max = from.max_sessions;
  to.sessions.idle_ms = from.session_timeout_ms;
  to.sessions.labels = from.labels;
  to.sessions.durable = from.store == config::store_kind::rocksdb;
  to.backups_folder = from.data_dir + "/backups";
  return to;
}

/// Only the user that the server runs as reads what tenants left here.
status make_folder(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code why;
  fs::create_directories(path, why);
  if (!why) fs::permissions(path, fs::perms::owner_all, why);
  if (why) return error{error_code::unavailable, "the data directory " + path + " cannot be used: " + why.message()};
  return done{};
}

store_opener store_of(const config::settings& from) {
  if (from.store != config::store_kind::rocksdb)
    return [] { return result<std::unique_ptr<store::store>>(store::make_memory_store()); };
  return [folder = from.data_dir]() -> result<std::unique_ptr<store::store>> {
    if (auto made = make_folder(folder); !made) return made.problem();
    return store::open_rocksdb_store(folder + "/store", store::open_mode::read_write);
  };
}

node_facts facts_of(const node_settings& settings) {
  return {settings.node, "standalone", ENCLAVED_VERSION, steady_ms(), settings.sessions.labels};
}

edge::server_options server_options_from(const config::settings& from, const node_settings& node) {
  edge::server_options to;
  to.listen = from.listen;
  to.http_listen = from.http_listen;
  to.tokens_file = from.tokens_file;
  to.tls = {from.tls.certificate_file, from.tls.key_file, from.tls.client_ca_file};
  to.info.version = ENCLAVED_VERSION;
  to.info.node = node.node;
  to.info.role = "standalone";
  to.info.security_max = from.security_max;
  to.info.levels = from.levels;
  to.bounds.message_bytes = from.connections.max_message_bytes;
  to.bounds.requests_in_flight = from.connections.max_requests_in_flight;
  to.bounds.connections = from.connections.max_connections;
  to.bounds.connections_per_tenant = from.connections.max_connections_per_tenant;
  to.bounds.output_bytes = from.connections.max_output_bytes;
  return to;
}

/// Everything of a standalone server, in the order in which it must be ended backwards: connections, actors, threads.
struct standalone {
  explicit standalone(const config::settings& settings)
      : options(node_settings_from(settings)), threads(settings.connections.io_threads),
        node(options, facts_of(options), threads.as_loops(), edge::links_on(threads), store_of(settings)),
        server(threads, server_options_from(settings, options), node) {}

  node_settings options;
  edge::io_threads threads;
  enclaved::node node;
  edge::server server;
};

void reload(edge::server& server) {
  service_manager::reloading("reading tokens and certificate again");
  if (auto done = server.reload(); done)
    log::info("server read tokens and certificate again");
  else
    log::error("server keeps its tokens and certificate", {{"reason", done.problem().message}});
  service_manager::ready("serving");
}

/// Until the first signal to stop. A watchdog is fed only while the actors live.
void serve_until_told(standalone& all) {
  const auto alive_every = service_manager::alive_every_ms();
  std::uint64_t fed_ms = 0;
  for (;;) {
    const auto now = steady_ms();
    if (alive_every != 0 && now - fed_ms >= alive_every && all.node.probe().alive) {
      service_manager::alive();
      fed_ms = now;
    }
    switch (next_signal(look_around_ms)) {
    case signal_event::none: break;
    case signal_event::reload: reload(all.server); break;
    case signal_event::stop: return;
    }
  }
}

/// What runs may finish, for a while, unless told again.
void drain(standalone& all, std::uint64_t patience_ms) {
  service_manager::stopping("draining");
  all.server.refuse_clients();
  all.node.drain();
  const auto until = steady_ms() + patience_ms;
  while (!all.node.idle() && steady_ms() < until) {
    if (next_signal(look_around_ms) != signal_event::stop) continue;
    log::warn("server stops at once", {{"executions", all.node.shown().executions_active.load()}});
    return;
  }
}

/// Servers of this process's own; they are ended before `main` returns, because CAF cannot be ended while statics are.
std::vector<std::unique_ptr<standalone>>& embedded() {
  static std::vector<std::unique_ptr<standalone>> all;
  return all;
}

} // namespace

int serve_standalone(const config::settings& settings) {
  block_signals();
  log::start({.least = settings.log_level, .format = settings.log_format});
  for (const auto& warning : settings.warnings) log::warn(warning);
  const auto failed = [](const error& why) {
    log::error("server did not start", {{"reason", why.message}});
    log::stop();
    return 1;
  };
  standalone all(settings);
  if (auto started = all.node.start(first_worker_ms); !started) return failed(started.problem());
  if (auto listens = all.server.start(); !listens) return failed(listens.problem());
  log::info("server is ready", {{"listen", settings.listen.text()},
                                {"port", all.server.port()},
                                {"http_port", all.server.http_port()},
                                {"version", ENCLAVED_VERSION}});
  service_manager::ready("serving");
  serve_until_told(all);
  drain(all, settings.shutdown_timeout_ms);
  all.server.stop();
  all.node.stop();
  log::info("server has ended");
  log::stop();
  return 0;
}

void end_embedded() {
  for (auto& one : embedded()) {
    one->server.stop();
    one->node.stop();
  }
  embedded().clear();
}

namespace {

/// Threads that are started while it lives leave signals to the command that starts them.
class signals_stay_here {
public:
  signals_stay_here() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  ~signals_stay_here() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  signals_stay_here(const signals_stay_here&) = delete;
  signals_stay_here& operator=(const signals_stay_here&) = delete;

private:
  sigset_t before_{};
};

} // namespace

result<cli::unique_fd> start_embedded() {
  const signals_stay_here threads_inherit;
  auto loaded = config::load({.arguments = {}, .variables = {}, .cores = 1});
  if (!loaded.wrong.empty()) return error{error_code::internal, "the built-in configuration is wrong"};
  loaded.settings.listen = {};
  loaded.settings.http_listen = {};
  loaded.settings.store = config::store_kind::memory; // it ends with the command
  auto& all = *embedded().emplace_back(std::make_unique<standalone>(loaded.settings));
  if (auto started = all.node.start(first_worker_ms); !started) return started.problem();
  if (auto listens = all.server.start(); !listens) return listens.problem();
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return error{error_code::unavailable, "no socket for the embedded server"};
  all.server.adopt(ends[0]);
  return cli::unique_fd(ends[1]);
}

} // namespace enclaved
