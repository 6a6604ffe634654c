// A service that a test scripts: it answers runs with their inputs, or keeps requests until the test says so, and
// remembers what it was told. Tests wait for what they expect, never for time to pass.
#pragma once

#include "wire/service.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <vector>

namespace enclaved::tests {

struct kept_request {
  wire::peer_ptr from;
  std::uint32_t msgid = 0;
  wire::request what;
};

class fake_service final : public wire::service {
  template <class Change>
  void change(Change change) {
    const std::scoped_lock lock{mutex_};
    change();
    changed_.notify_all();
  }

  template <class Condition, class Get>
  auto wait(Condition condition, Get get) {
    std::unique_lock lock{mutex_};
    const bool came = changed_.wait_for(lock, std::chrono::seconds{20}, condition);
    REQUIRE(came);
    return get();
  }

public:
  /// A run whose code is "keep" is kept; every other is answered with its inputs. Status is answered with a map.
  void on_request(const wire::peer_ptr& from, std::uint32_t msgid, wire::request&& what) override {
    const auto* run = std::get_if<wire::run>(&what);
    if (run != nullptr && run->code != "keep")
      return from->respond(msgid, run->inputs.empty() ? std::string_view{"\xc0"} : std::string_view{run->inputs});
    if (std::holds_alternative<wire::status_query>(what) && !keep_status)
      return from->respond(msgid, "\x81\xa4node\xa1n");
    change([&] { kept_.push_back({from, msgid, std::move(what)}); });
  }
  void on_tool_answer(const wire::peer_ptr&, wire::tool_answer&& answer) override {
    change([&] { answers_.push_back(std::move(answer)); });
  }
  void on_gone(const wire::peer_ptr& from) override {
    change([&] { gone_.push_back(from.get()); });
  }
  wire::health probe() const override {
    const std::scoped_lock lock{mutex_};
    return health_;
  }

  void set_health(wire::health now) {
    change([&] { health_ = std::move(now); });
  }

  kept_request wait_for_kept(std::size_t index = 0) {
    return wait([&] { return kept_.size() > index; }, [&] { return kept_[index]; });
  }
  wire::tool_answer wait_for_answer(std::size_t index = 0) {
    return wait([&] { return answers_.size() > index; }, [&] { return answers_[index]; });
  }
  std::vector<const wire::peer*> wait_for_gone(std::size_t count) {
    return wait([&] { return gone_.size() >= count; }, [&] { return gone_; });
  }
  std::size_t answers() const {
    const std::scoped_lock lock{mutex_};
    return answers_.size();
  }

  bool keep_status = false; ///< set before the server starts

private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  wire::health health_{.ready = true};
  std::vector<kept_request> kept_;
  std::vector<wire::tool_answer> answers_;
  std::vector<const wire::peer*> gone_;
};

} // namespace enclaved::tests
