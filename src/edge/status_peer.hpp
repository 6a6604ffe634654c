// A client that asks one question: how HTTP gets at what the service answers to `status`.
#pragma once

#include "base/result.hpp"
#include "wire/service.hpp"

#include <functional>
#include <mutex>

namespace enclaved::edge {

class status_peer final : public wire::peer {
public:
  using handler =
      std::function<void(result<std::string>)>; ///< called once at most, on any thread; the result is MessagePack

  status_peer(wire::principal who, handler on_answer) : who_(std::move(who)), on_answer_(std::move(on_answer)) {}

  const wire::principal& who() const override { return who_; }
  void respond(std::uint32_t, std::string_view result) override { answer(std::string{result}); }
  void refuse(std::uint32_t, const error& problem) override { answer(problem); }
  void notify(std::string_view, std::string_view) override {}                      // it subscribes to nothing
  void call_tool(std::string_view, std::string_view, std::string_view) override {} // it has no session

private:
  void answer(result<std::string> what) {
    handler once;
    {
      const std::scoped_lock lock{mutex_};
      once = std::exchange(on_answer_, nullptr);
    }
    if (once) once(std::move(what));
  }

  const wire::principal who_;
  std::mutex mutex_;
  handler on_answer_;
};

} // namespace enclaved::edge
