#include "engine/budget.hpp"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <pthread.h>

extern "C" {
// The names by which engine/duktape/duk_config.h knows us.
long enclaved_units = 0;
long enclaved_frames_max = 10'000;
char* enclaved_stack_floor = nullptr;
void enclaved_check(void);
double enclaved_clock_ms(void);
double enclaved_random(void);
void enclaved_exhausted(int collecting, unsigned long bytes);
[[noreturn]] void enclaved_fatal(const char* message);
}

namespace enclaved::engine {

namespace {

constexpr long units_between_checks = 100'000;

std::uint64_t microseconds(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(now.tv_nsec) / 1'000;
}

/// The native stack that scripts run on. The main thread's size is found in /proc, which a sandbox hides: it is asked
/// for once, before, and again only when a script runs on another thread's stack.
struct native_stack {
  char* lowest = nullptr;
  std::size_t size = 0;

  bool holds(const char* address) const { return address >= lowest && address < lowest + size; }

  void find() {
    pthread_attr_t attributes;
    void* begin = nullptr;
    if (::pthread_getattr_np(::pthread_self(), &attributes) != 0) std::abort();
    ::pthread_attr_getstack(&attributes, &begin, &size);
    ::pthread_attr_destroy(&attributes);
    lowest = static_cast<char*>(begin);
    // What natives, error handling and marking need below the place of a check.
    constexpr std::size_t reserve = 2 * bounds::mib;
    enclaved_stack_floor = lowest + std::min(reserve, size / 4);
  }
};
native_stack stack;

/// A script frame takes this much of `stack_bytes`: its record. Its registers count as memory.
constexpr std::uint64_t bytes_of_a_frame = 100;

} // namespace

budget::budget() { stack.find(); }

budget& the_budget() {
  static budget only;
  return only;
}

bool budget::enter(execution& of, duk_hthread* heap, body what, void* argument) {
  execution_ = &of;
  how_ = outcome::ok;
  arm();
  if (_setjmp(way_out_) == 0) what(heap, argument);
  disarm();
  return how_ == outcome::ok;
}

void budget::arm() {
  const auto& limits = execution_->limits;
  const auto left = [](std::uint64_t limit_ms, std::uint64_t used_us) {
    const auto limit_us = std::min<std::uint64_t>(limit_ms, UINT32_MAX) * 1'000;
    return limit_us > used_us ? limit_us - used_us : 0;
  };
  started_us_ = microseconds(CLOCK_MONOTONIC);
  cpu_started_us_ = microseconds(CLOCK_THREAD_CPUTIME_ID);
  deadline_us_ = execution_->replays ? UINT64_MAX : started_us_ + left(limits.timeout_ms, execution_->run_us);
  cpu_left_us_ = execution_->replays ? UINT64_MAX : left(limits.cpu_ms, execution_->cpu_us);
  enclaved_units = units_between_checks;
  enclaved_frames_max =
      static_cast<long>(std::clamp<std::uint64_t>(limits.stack_bytes / bytes_of_a_frame, 64, 1'000'000));
  if (!stack.holds(static_cast<const char*>(__builtin_frame_address(0)))) stack.find();
}

void budget::disarm() {
  execution_->run_us += microseconds(CLOCK_MONOTONIC) - started_us_;
  execution_->cpu_us += microseconds(CLOCK_THREAD_CPUTIME_ID) - cpu_started_us_;
  execution_ = nullptr;
}

void budget::check() {
  enclaved_units = units_between_checks;
  if (execution_ == nullptr) return;
  if (stop_ != nullptr && stop_->load(std::memory_order_relaxed) == stop_value_) end(outcome::cancelled, "cancelled");
  const auto now = microseconds(CLOCK_MONOTONIC);
  if (now >= deadline_us_)
    end_by_limit(outcome::timeout, "ran longer than", "timeout_ms", execution_->limits.timeout_ms);
  // Processor time cannot be more than time; asking for it costs a system call.
  if (now - started_us_ >= cpu_left_us_ && microseconds(CLOCK_THREAD_CPUTIME_ID) - cpu_started_us_ >= cpu_left_us_)
    end_by_limit(outcome::cpu_limit, "used more processor time than", "cpu_ms", execution_->limits.cpu_ms);
}

void budget::spend(std::uint64_t units) {
  enclaved_units -= static_cast<long>(units);
  if (enclaved_units < 0) check();
}

void budget::end(outcome how, const char* sentence) {
  how_ = how;
  std::snprintf(why_, sizeof why_, "%s", sentence);
  _longjmp(way_out_, 1);
}

void budget::end_by_limit(outcome how, const char* what_happened, const char* limit, std::uint64_t value) {
  char sentence[sizeof why_];
  std::snprintf(sentence, sizeof sentence, "%s %s = %llu; raise limits.%s", what_happened, limit,
                static_cast<unsigned long long>(value), limit);
  end(how, sentence);
}

void budget::exhausted() {
  end_by_limit(outcome::memory_limit, "needed more memory than", "memory_bytes", execution_->limits.memory_bytes);
}

} // namespace enclaved::engine

using enclaved::engine::the_budget;

void enclaved_check(void) { the_budget().check(); }

double enclaved_clock_ms(void) {
  const auto* current = the_budget().current();
  return current == nullptr ? 0 : static_cast<double>(current->clock_ms);
}

/// xoroshiro128+: its upper 53 bits become the fraction.
double enclaved_random(void) {
  auto* current = the_budget().current();
  if (current == nullptr) return 0;
  auto& state = current->random;
  const auto sum = state[0] + state[1];
  const auto mixed = state[0] ^ state[1];
  state[0] = std::rotl(state[0], 24) ^ mixed ^ (mixed << 16);
  state[1] = std::rotl(mixed, 37);
  return static_cast<double>(sum >> 11) * 0x1.0p-53;
}

/// A collection in progress cannot be helped by another one; Duktape copes with what it then does not get.
void enclaved_exhausted(int collecting, unsigned long bytes) {
  if (bytes == 0 || collecting != 0 || the_budget().current() == nullptr) return;
  the_budget().exhausted();
}

void enclaved_fatal(const char* message) {
  std::fprintf(stderr, "the engine is broken: %s\n", message);
  std::abort();
}
