// A node: its actors, spawned in the order data flows, and the service that connections see of them. This is the only
// place that knows them all.
#pragma once

#include "actors/gauges.hpp"
#include "actors/settings.hpp"
#include "actors/status.hpp"
#include "base/link.hpp"
#include "base/loop.hpp"
#include "base/result.hpp"
#include "store/store.hpp"
#include "wire/service.hpp"

#include <cstdint>
#include <functional>
#include <memory>

namespace enclaved {

/// Called on a thread that may wait, again when it fails with `unavailable`.
using store_opener = std::function<result<std::unique_ptr<store::store>>()>;

class node final : public wire::service {
public:
  /// Actors run on `run_on`, at least one. What is behind it and behind `open_link` must outlive the node.
  node(node_settings settings, node_facts facts, loops run_on, link_factory open_link, store_opener open_store);
  ~node() override; ///< as `stop`

  /// Returns when the first worker is ready, or with the reason why none will be.
  status start(std::uint32_t timeout_ms);
  /// From now on nothing new is taken; what runs goes on.
  void drain();
  /// Nothing runs here but what the next process goes on with.
  bool idle() const { return shown_->executions_active == shown_->executions_resumable; }
  /// Ends all actors and workers. Whatever still runs is lost.
  void stop();
  const gauges& shown() const { return *shown_; }

  void on_request(const wire::peer_ptr& from, std::uint32_t msgid, wire::request&& what) override;
  void on_tool_answer(const wire::peer_ptr& from, wire::tool_answer&& answer) override;
  void on_gone(const wire::peer_ptr& from) override;
  void on_read_done() override;
  wire::health probe() const override;

private:
  struct actors;
  node_settings settings_;
  node_facts facts_;
  gauges_ptr shown_;
  loops run_on_;
  link_factory open_link_;
  store_opener open_store_;
  std::unique_ptr<actors> actors_;
};

} // namespace enclaved
