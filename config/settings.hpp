// What the operator configured, checked and complete: the server is built from this and never asks where a value came
// from.
#pragma once

#include "base/endpoint.hpp"
#include "base/level_limits.hpp"
#include "base/log.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace enclaved::config {

enum class role : std::uint8_t { standalone, broker, runtime };
enum class store_kind : std::uint8_t { rocksdb, memory, redis };
enum class workload : std::uint8_t { cpu, io, mixed };
enum class sandbox_policy : std::uint8_t { required, best_effort };
enum class routing : std::uint8_t { least_loaded, round_robin, label_match };

/// The pool of worker processes and the queue in front of it.
struct pool_settings {
  std::size_t workers_min = 1;   ///< kept when nothing runs
  std::size_t workers_usual = 1; ///< started with, and kept while there is work
  std::size_t workers_max = 1;   ///< while all have been busy for bounds::pool_growth_ms
  std::uint64_t executions_per_worker = 0;
  std::uint64_t worker_memory_bytes = 0; ///< resident; a worker above it is replaced
  std::uint64_t worker_idle_ms = 0;
  std::size_t queue_length = 0;
  std::uint64_t queue_timeout_ms = 0;
};

enum class permission : std::uint8_t { allow, forbid };
enum class loop_rule : std::uint8_t { any, bounded, none };

/// The front-end's own bound on the depth of a script's syntax tree.
inline constexpr std::uint64_t source_nesting_most = 1'000;

/// What scripts are judged by before they run.
struct guard_settings {
  std::vector<std::string> globals_allowed; ///< empty: all
  std::vector<std::string> globals_forbidden;
  std::vector<std::string> tools_allowed; ///< empty: all
  permission computed_tool_names = permission::allow;
  loop_rule loops = loop_rule::any;
  permission misleading_characters = permission::allow;
  std::uint64_t source_bytes = bounds::source_bytes;
  std::uint64_t source_nesting = source_nesting_most;
  std::uint64_t score_warn = 0;  ///< 0: never
  std::uint64_t score_block = 0; ///< 0: never
};

/// Bounds of the client side.
struct connection_settings {
  std::size_t max_connections = 0;
  std::size_t max_connections_per_tenant = 0;
  std::size_t max_message_bytes = 0;
  std::size_t max_requests_in_flight = 0;
  std::size_t max_output_bytes = 0; ///< waiting for one client that does not read
  std::size_t io_threads = 1;
};

struct tls_settings {
  std::string certificate_file; ///< empty: no TLS
  std::string key_file;
  std::string client_ca_file; ///< empty: clients show no certificate
};

struct cluster_settings {
  std::vector<endpoint> brokers;
  std::string broker_token;
  std::string broker_token_file;
  endpoint listen;
  std::string join_token_file;
  std::vector<std::string> routes;
  config::routing routing = routing::least_loaded;
  std::uint64_t heartbeat_interval_ms = 0;
};

struct settings {
  config::role role = role::standalone;
  endpoint listen;
  endpoint http_listen;
  tls_settings tls;
  std::string tokens_file; ///< empty: everyone who can connect may do everything
  connection_settings connections;

  std::string data_dir;
  store_kind store = store_kind::rocksdb;
  std::string store_url; ///< of redis

  std::size_t max_sessions = 0;
  std::uint64_t session_timeout_ms = 0;
  pool_settings pool;
  guard_settings guard;
  security_level security = security_level::standard;
  security_level security_max = security_level::permissive;
  level_table levels{};
  sandbox_policy sandbox = sandbox_policy::best_effort;
  std::uint64_t shutdown_timeout_ms = 0; ///< from SIGTERM until what still runs is ended

  std::vector<std::pair<std::string, std::string>> labels; ///< what scripts can ask this process's runtime to be
  cluster_settings cluster;
  log::level log_level = log::level::info;
  log::format log_format = log::format::automatic;

  std::vector<std::string> warnings; ///< what is allowed but probably not meant, a sentence each
};

/// Workers that `--workers=auto` starts with: by cores, ×2 for io, ×1.5 for mixed, within bounds::workers.
std::size_t automatic_workers(workload kind, std::size_t cores);

} // namespace enclaved::config
