// What a durable session writes down: its head once, and then facts, in the order in which they became true. Whoever
// folds them has the session as it was (session_restore.cpp). FACTS.md describes the bytes.
//
// A fact is an array: its kind's number, then its fields. Kinds are numbered by their place in `any`; new ones come at
// the end, and new fields behind those that are there.
#pragma once

#include "actors/execution.hpp"
#include "base/limits.hpp"
#include "base/outcome.hpp"
#include "base/pack.hpp"
#include "wire/events.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>

namespace enclaved::fact {

/// An event: what clients are told.
struct event {
  wire::event_type type = wire::event_type::session_init;
  std::uint32_t execution = 0;
  std::int64_t time_ms = 0;
  std::string_view payload;
  static constexpr auto fields = std::tuple(&event::type, &event::execution, &event::time_ms, &event::payload);
};

/// A run waits for its turn.
struct accepted {
  std::string_view id;
  security_level level = security_level::standard;
  std::uint32_t messages_per_second = 0;
  bool full_stacks = false;
  std::uint64_t seed = 0;
  std::int64_t at_ms = 0;
  run_limits limits{};
  std::string_view code, inputs;
  std::string_view tools; ///< as `pack_tools` writes them, empty: any
  std::string_view key;   ///< of idempotency, empty: none
  static constexpr auto fields = std::tuple(
      &accepted::id, &accepted::level, &accepted::messages_per_second, &accepted::full_stacks, &accepted::seed,
      &accepted::at_ms, &accepted::limits, &accepted::code, &accepted::inputs, &accepted::tools, &accepted::key);
};

/// The oldest waiting run has its turn.
struct begun {
  std::string_view id;
  std::int64_t clock_ms = 0;
  std::string_view version; ///< of the program that ran it first
  static constexpr auto fields = std::tuple(&begun::id, &begun::clock_ms, &begun::version);
};

/// The run that has its turn was refused after all.
struct refused {
  static constexpr auto fields = std::tuple();
};

/// So many parts of the running turn have happened.
struct part {
  std::uint32_t parts = 0;
  std::uint64_t digest = 0; ///< of the calls of the turn so far
  static constexpr auto fields = std::tuple(&part::parts, &part::digest);
};

/// The running turn is over and the script waits.
struct turn_over {
  std::uint64_t digest = 0;
  std::uint64_t run_us = 0, cpu_us = 0;
  std::uint64_t output_bytes = 0; ///< of the execution so far
  static constexpr auto fields =
      std::tuple(&turn_over::digest, &turn_over::run_us, &turn_over::cpu_us, &turn_over::output_bytes);
};

/// What has arrived, all of it in its order, goes into the script.
struct turn_begun {
  std::int64_t clock_ms = 0;
  static constexpr auto fields = std::tuple(&turn_begun::clock_ms);
};

/// The last event is a tool call that waits for its answer.
struct asked {
  std::uint32_t call = 0;
  std::int64_t at_ms = 0, deadline_ms = 0; ///< wall clock; no deadline: 0
  std::uint32_t retries_left = 0;
  bool at_most_once = false;
  static constexpr auto fields =
      std::tuple(&asked::call, &asked::at_ms, &asked::deadline_ms, &asked::retries_left, &asked::at_most_once);
};

/// A call that may be asked once is about to leave for a client.
struct left {
  std::uint32_t call = 0;
  static constexpr auto fields = std::tuple(&left::call);
};

/// A failed call is asked once more.
struct retried {
  std::uint32_t call = 0;
  static constexpr auto fields = std::tuple(&retried::call);
};

/// A call has its answer.
struct answered {
  std::uint32_t call = 0;
  bool ok = false;
  outcome uncaught = outcome::tool_error;
  std::uint64_t digest = 0; ///< of what the client said, 0: it said nothing
  std::string_view value;
  static constexpr auto fields =
      std::tuple(&answered::call, &answered::ok, &answered::uncaught, &answered::digest, &answered::value);
};

/// A client answered a call that somebody else had answered in its stead.
struct late {
  std::uint32_t call = 0;
  std::uint64_t digest = 0;
  static constexpr auto fields = std::tuple(&late::call, &late::digest);
};

struct timer_set {
  std::uint32_t timer = 0;
  std::int64_t at_ms = 0, due_ms = 0; ///< wall clock
  static constexpr auto fields = std::tuple(&timer_set::timer, &timer_set::at_ms, &timer_set::due_ms);
};
struct timer_cancelled {
  std::uint32_t timer = 0;
  static constexpr auto fields = std::tuple(&timer_cancelled::timer);
};
struct timer_fired {
  std::uint32_t timer = 0;
  static constexpr auto fields = std::tuple(&timer_fired::timer);
};

/// The heap of the execution is gone and it is built again.
struct lost {
  bool by_own_fault = false;
  bool counts = false; ///< against the number of times it may be built again
  static constexpr auto fields = std::tuple(&lost::by_own_fault, &lost::counts);
};

/// The execution has ended; the event before says how.
struct ended {
  bool ok = false;
  std::uint32_t tool_calls = 0;
  static constexpr auto fields = std::tuple(&ended::ok, &ended::tool_calls);
};

/// Nothing runs or waits any more.
struct rested {
  std::int64_t expires_at_ms = 0; ///< wall clock
  static constexpr auto fields = std::tuple(&rested::expires_at_ms);
};

using any = std::variant<event, accepted, begun, refused, part, turn_over, turn_begun, asked, left, retried, answered,
                         late, timer_set, timer_cancelled, timer_fired, lost, ended, rested>;

/// The body of one entry: an array of facts, being gathered.
class list {
public:
  bool is_empty() const { return count_ == 0; }
  std::size_t bytes() const { return facts_.bytes.size(); }
  template <class Fact>
  void add(const Fact& what);
  std::string take(); ///< the body; the list is empty afterwards

private:
  pack::buffer facts_;
  std::uint32_t count_ = 0;
};

/// Reads an entry's body; the facts point into it.
class list_reader {
public:
  explicit list_reader(std::string_view body);
  /// False: there are no more, or the body is none of ours (`ok` tells).
  bool next(any& out);
  bool ok() const { return ok_; }

private:
  pack::reader in_;
  std::uint32_t left_ = 0;
  bool ok_ = false;
};

/// Who a session is and what it may do, and where its entries begin.
struct head {
  std::string tenant, id;
  std::uint32_t lives = 0; ///< a `lifetime`
  std::int64_t created_at_ms = 0;
  security_level level = security_level::standard;
  run_limits limits{}, ceilings{};
  std::string tools;        ///< as `pack_tools` writes them, empty: any
  std::string labels;       ///< a MessagePack map
  std::string metadata;     ///< a MessagePack map, empty: none
  std::string capabilities; ///< a MessagePack array, empty: all
  // What is kept of the entries, and what they had led to when entry `snapshot` was the next one: older ones only have
  // events.
  std::uint64_t first_entry = 1, first_seq = 1;
  std::uint32_t first_execution = 1;
  std::uint64_t snapshot = 1;
  std::uint64_t runs = 0, failures = 0, tool_calls = 0, revision = 0;
  std::string state; ///< a MessagePack map, empty: nothing
  static constexpr auto fields =
      std::tuple(&head::tenant, &head::id, &head::lives, &head::created_at_ms, &head::level, &head::limits,
                 &head::ceilings, &head::tools, &head::labels, &head::metadata, &head::capabilities, &head::first_entry,
                 &head::first_seq, &head::first_execution, &head::snapshot, &head::runs, &head::failures,
                 &head::tool_calls, &head::revision, &head::state);
};
std::string packed(const head& what);
std::optional<head> unpacked_head(std::string_view body);

/// A list of tools as bytes; none at all is no bytes.
std::string pack_tools(const tool_list& tools);
bool unpack_tools(std::string_view bytes, tool_list& out);
std::string pack_labels(const wire::label_list& labels);
bool unpack_labels(std::string_view bytes, wire::label_list& out);

} // namespace enclaved::fact
