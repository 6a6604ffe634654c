#include "config/option_rows.hpp"

namespace enclaved::config {

namespace {

constexpr std::string_view the_cluster = "the cluster";

option_rows runtime_rows() {
  auto broker = rows::make(value_kind::address, {"broker", "HOST:PORT", "", "a broker to join"},
                           [](draft& d, const option_value& value) { d.out.cluster.brokers.push_back(value.address); });
  broker.repeatable = true;
  broker.variable = "BROKER_URL";
  auto token = rows::make(value_kind::text,
                          {"broker-token", "TOKEN", "", "what the broker knows this runtime by; better in a file"},
                          [](draft& d, const option_value& value) { d.out.cluster.broker_token = value.text; });
  token.sensitivity = sensitivity::secret;
  token.variable = "BROKER_TOKEN";
  return {
      std::move(broker),
      std::move(token),
      rows::path(
          {"broker-token-file", "FILE", "", "the same, the first line of a file"},
          [](draft & d) -> auto& { return d.out.cluster.broker_token_file; }),
  };
}

option_rows label_rows() {
  auto label = rows::make(value_kind::key_value,
                          {"label", "KEY=VALUE", "", "what scripts can ask the runtime that executes them to be"},
                          [](draft& d, const option_value& value) { d.out.labels.push_back(value.pair); });
  label.repeatable = true;
  return {std::move(label)};
}

option_rows broker_rows() {
  auto route =
      rows::make(value_kind::text, {"route", "'K=V -> K=V'", "", "labels that a script's label is replaced by"},
                 [](draft& d, const option_value& value) { d.out.cluster.routes.push_back(value.text); });
  route.repeatable = true;
  return {
      rows::address(
          {"cluster-listen", "HOST:PORT", "", "listen for runtimes"},
          [](draft & d) -> auto& { return d.out.cluster.listen; }),
      rows::path(
          {"join-token-file", "FILE", "", "what runtimes must know to join, the first line of a file"},
          [](draft & d) -> auto& { return d.out.cluster.join_token_file; }),
      std::move(route),
      rows::choice(
          {"routing", "STRATEGY", "least-loaded", "which of several runtimes gets a script"},
          {"least-loaded", "round-robin", "label-match"}, [](draft & d) -> auto& { return d.out.cluster.routing; }),
  };
}

} // namespace

void append_cluster_rows(option_rows& table) {
  auto for_runtimes = runtime_rows();
  auto for_brokers = broker_rows();
  option_rows heartbeat{rows::number(
      {"heartbeat-interval-ms", "N", "5000", "how often runtime and broker tell that they live"}, 100, 3'600'000,
      [](draft & d) -> auto& { return d.out.cluster.heartbeat_interval_ms; })};
  for (auto* some : {&for_runtimes, &for_brokers, &heartbeat})
    for (auto& row : *some) row.later = the_cluster;
  append_section(table, "Routing", for_standalone | for_runtime, label_rows());
  append_section(table, "Cluster, runtime", for_runtime, std::move(for_runtimes));
  append_section(table, "Cluster, broker", for_broker, std::move(for_brokers));
  append_section(table, "Cluster", for_broker | for_runtime, std::move(heartbeat));
}

} // namespace enclaved::config
