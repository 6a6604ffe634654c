// The budget scope: JavaScript runs inside one and nowhere else.
//
// Whatever ends a run that its script must not survive (time, memory, a count, a cancellation) leaves the heap by one
// jump to where the scope was entered. No catch, finally, getter or native loop of the script is asked; the heap is in
// no state to be used again and is overwritten by the image. So nothing with a destructor may live between the two
// places.
#pragma once

#include "base/outcome.hpp"
#include "engine/execution.hpp"

#include <atomic>
#include <csetjmp>
#include <cstdint>
#include <string_view>

struct duk_hthread;

namespace enclaved::engine {

class budget {
public:
  /// Made at boot, on the thread that runs scripts: a jailed process cannot ask for the bounds of its stack.
  budget();

  /// What runs inside a scope. It must not let a Duktape error out.
  using body = void (*)(duk_hthread* heap, void* argument);

  /// Runs `what`; false when a limit ended it, and `ended_how` and `why` say which.
  bool enter(execution& of, duk_hthread* heap, body what, void* argument);
  outcome ended_how() const { return how_; }
  std::string_view why() const { return why_; }

  /// A run is cancelled while `*stop` equals `value`.
  void watch(const std::atomic<std::uint32_t>* stop, std::uint32_t value) {
    stop_ = stop;
    stop_value_ = value;
  }

  // -- called from inside a scope
  /// Counts work that instructions do not show, a unit being a few nanoseconds, and checks now and then.
  void spend(std::uint64_t units);
  /// Looks at clocks and the stop word; does not come back when the run has to end.
  void check();
  [[noreturn]] void end(outcome how, const char* sentence);
  /// Ends the run with a sentence made of what happened, the limit's name and its value.
  [[noreturn]] void end_by_limit(outcome how, const char* what_happened, const char* limit, std::uint64_t value);
  [[noreturn]] void exhausted();

  execution* current() { return execution_; }

private:
  void arm();
  void disarm();

  std::jmp_buf way_out_{};
  execution* execution_ = nullptr; ///< null outside a scope
  const std::atomic<std::uint32_t>* stop_ = nullptr;
  std::uint32_t stop_value_ = 0;
  std::uint64_t started_us_ = 0;
  std::uint64_t cpu_started_us_ = 0;
  std::uint64_t deadline_us_ = 0; ///< on the monotonic clock
  std::uint64_t cpu_left_us_ = 0;
  outcome how_ = outcome::ok;
  char why_[256] = {};
};

/// The one budget of this process, as Duktape's hooks carry no pointer of ours.
budget& the_budget();

} // namespace enclaved::engine
