#include "engine/turn.hpp"

#include "base/pack.hpp"
#include "engine/duktape/inside.h"
#include "engine/heap.hpp"
#include "engine/library/members.hpp"
#include "engine/natives.hpp"
#include "engine/state.hpp"
#include "engine/values.hpp"

#include <algorithm>

namespace enclaved::engine {

namespace {

/// As the prelude's promise.js numbers them.
enum promise_state : duk_uint_t { pending = 0, fulfilled = 1, rejected = 2 };

constexpr const char* deadlock = "the script waits for a promise that nothing can settle";

/// What a failed call's map says; whatever is missing or malformed stays empty.
struct tool_failure {
  std::string_view message = "the tool failed";
  std::string_view code = {}; ///< MessagePack, like details: some clients have numbers there
  std::string_view details = {};
};

tool_failure read_failure(std::string_view encoded) {
  tool_failure result;
  pack::reader in(encoded);
  std::uint32_t pairs = 0;
  if (!in.map(pairs)) return result;
  for (std::uint32_t i = 0; i < pairs; ++i) {
    std::string_view key;
    std::string_view raw;
    if (!in.str(key) || !in.skip(raw)) break;
    std::string_view text;
    const bool is_text = pack::reader(raw).str(text) && pack::is_utf8(text);
    if (key == "message" && is_text) result.message = text;
    if (key == "code") result.code = raw;
    if (key == "details") result.details = raw;
  }
  return result;
}

} // namespace

turn::turn(duk_context* ctx, execution& of, turn_sink& sink, outbox& out) : ctx_(ctx), of_(of), out_(out) {
  the_turn().sink = &sink;
  the_turn().asked = false;
}

/// Runs a step inside the budget scope and a protected call, and describes what it threw in another one, as a script's
/// getters have a say in that as well.
bool turn::run(step what) {
  struct guarded {
    static duk_ret_t call(duk_context*, void* self) {
      auto& it = *static_cast<turn*>(self);
      (it.*it.step_)();
      return it.kept_ ? 1 : 0;
    }
    static void scope(duk_context* ctx, void* self) {
      auto& it = *static_cast<turn*>(self);
      if (duk_safe_call(ctx, call, self, 0, 1) == DUK_EXEC_SUCCESS) {
        if (!it.kept_) duk_pop(ctx);
        return;
      }
      it.failure_.how = outcome::script_error;
      it.failure_.message = "the script threw something that cannot be described";
      it.step_ = &turn::failure_step;
      duk_safe_call(ctx, call, self, 0, 1);
    }
  };
  step_ = what;
  if (!the_budget().enter(of_, ctx_, guarded::scope, this)) {
    failure_ = {};
    failure_.how = the_budget().ended_how();
    failure_.message = the_budget().why();
  }
  return failure_.how == outcome::ok;
}

bool turn::compile(std::string_view code) {
  code_ = code;
  return run(&turn::compile_step);
}

void turn::start(std::string_view inputs, std::string_view state) {
  if (failure_.how != outcome::ok) return;
  inputs_ = inputs;
  state_ = state;
  run(&turn::start_step);
}

void turn::compile_and_start(std::string_view code, std::string_view inputs, std::string_view state) {
  code_ = code;
  inputs_ = inputs;
  state_ = state;
  run(&turn::compile_and_start_step);
}

void turn::resume(const delivery_batch& batch) {
  batch_ = &batch;
  run(&turn::resume_step);
}

void turn::refuse(std::string_view why) {
  failure_.how = outcome::script_error;
  failure_.message = why;
}

turn_end turn::end() const {
  turn_end result;
  result.waiting = waiting_ && failure_.how == outcome::ok;
  result.how = failure_.how;
  result.result = result_;
  result.message = failure_.message;
  result.stack = failure_.stack;
  result.details = failure_.details;
  result.line = failure_.line;
  result.column = failure_.column;
  return result;
}

void turn::compile_step() {
  phase_ = thrown_by::compiler;
  const auto translated = translate(code_, of_.limits.iterations);
  if (!translated.ok) {
    refused_ = translated;
    (void)duk_error(ctx_, DUK_ERR_SYNTAX_ERROR, "%s", "");
  }
  engine::compile(ctx_, translated.text);
  phase_ = thrown_by::script;
  kept_ = true;
}

void turn::compile_and_start_step() {
  compile_step();
  start_step();
}

void turn::start_step() {
  kept_ = false;
  duk_context* main = duk_get_context(ctx_, slot_main_thread);
  duk_dup(ctx_, -1);
  duk_xmove_top(main, ctx_, 1);
  take_inputs();
  take_state(ctx_, state_);
  duk_dup(ctx_, slot_begin);
  duk_call(ctx_, 0);
  conclude();
}

void turn::take_inputs() {
  if (inputs_.empty()) return;
  duk_push_global_object(ctx_);
  duk_push_string(ctx_, "inputs");
  if (const auto fault = push_value(ctx_, inputs_, of_.limits); fault != value_fault::none)
    refuse_value("inputs", fault, of_.limits);
  enclaved_define(ctx_, -3);
  duk_pop(ctx_);
}

void turn::resume_step() {
  kept_ = false;
  for (const auto& item : batch_->items) {
    if ((item.call & timer_mark) == 0)
      deliver(item);
    else if (!fire(item.call & ~timer_mark))
      break;
  }
  duk_dup(ctx_, slot_drain);
  duk_call(ctx_, 0);
  conclude();
}

void turn::deliver(const delivery& item) {
  duk_require_stack(ctx_, 16);
  duk_dup(ctx_, slot_deliver);
  duk_push_uint(ctx_, item.call);
  duk_push_boolean(ctx_, item.ok ? 1 : 0);
  if (!item.ok) {
    push_failed_call(item.value, item.uncaught);
  } else if (item.value.size() > of_.limits.tool_result_bytes) {
    push_refused_result("takes more bytes than tool_result_bytes", "TOO_LARGE");
  } else if (const auto fault = push_value(ctx_, item.value, of_.limits); fault != value_fault::none) {
    const bool too_large = fault == value_fault::too_deep || fault == value_fault::too_many;
    push_refused_result(describe(fault), too_large ? "TOO_LARGE" : "INVALID_REQUEST");
  }
  duk_call(ctx_, 3);
  if (duk_get_boolean(ctx_, -1) != 0 && of_.outstanding > 0) --of_.outstanding;
  duk_pop(ctx_);
}

/// What came before a timer is worked off before it fires. False: the script has ended, and what is left of the batch
/// with it.
bool turn::fire(std::uint32_t timer) {
  duk_require_stack(ctx_, 16);
  duk_dup(ctx_, slot_drain);
  duk_call(ctx_, 0);
  duk_get_prop_string(ctx_, -1, "state");
  const auto state = duk_get_uint(ctx_, -1);
  duk_pop_2(ctx_);
  if (state != pending) return false;
  duk_dup(ctx_, slot_fire);
  duk_push_uint(ctx_, timer);
  duk_call(ctx_, 1);
  duk_pop(ctx_);
  return true;
}

/// [ … ] -> [ … error ]: what a script sees of a call that failed.
void turn::push_failed_call(std::string_view encoded, outcome uncaught) {
  const auto failure = read_failure(encoded);
  duk_push_error_object(ctx_, DUK_ERR_ERROR, "%s", "");
  push_text(ctx_, failure.message);
  add_hidden(ctx_, "message");
  if (!failure.code.empty() && push_value(ctx_, failure.code, of_.limits) == value_fault::none)
    duk_put_prop_string(ctx_, -2, "code");
  if (!failure.details.empty() && push_value(ctx_, failure.details, of_.limits) == value_fault::none)
    duk_put_prop_string(ctx_, -2, "details");
  duk_push_uint(ctx_, static_cast<duk_uint_t>(uncaught));
  duk_put_prop_string(ctx_, -2, uncaught_key);
}

/// [ … true ] -> [ … false error ]: a result that may not enter makes its call a failed one.
void turn::push_refused_result(const char* why, const char* code) {
  duk_pop(ctx_);
  duk_push_boolean(ctx_, 0);
  duk_push_error_object(ctx_, DUK_ERR_ERROR, "the tool's result %s", why);
  duk_push_string(ctx_, code);
  duk_put_prop_string(ctx_, -2, "code");
  duk_push_uint(ctx_, static_cast<duk_uint_t>(outcome::tool_error));
  duk_put_prop_string(ctx_, -2, uncaught_key);
}

/// [ … record ] -> [ … ]: the main record says whether the script has ended, and how.
void turn::conclude() {
  duk_get_prop_string(ctx_, -1, "state");
  const auto state = duk_get_uint(ctx_, -1);
  duk_pop(ctx_);
  if (state == pending && of_.outstanding > 0) {
    commit_state(ctx_);
    waiting_ = true;
    duk_pop(ctx_);
    return;
  }
  if (state != rejected) {
    duk_get_prop_string(ctx_, -1, "unhandled");
    if (duk_is_object(ctx_, -1) != 0) {
      duk_get_prop_string(ctx_, -1, "value");
      (void)duk_throw(ctx_);
    }
    duk_pop(ctx_);
  }
  if (state == pending) (void)duk_error(ctx_, DUK_ERR_ERROR, "%s", deadlock);
  duk_get_prop_string(ctx_, -1, "value");
  if (state == rejected) (void)duk_throw(ctx_);
  const auto from = out_.size();
  out_.limit_to(from + static_cast<std::size_t>(of_.limits.result_bytes));
  if (const auto fault = write_value(ctx_, -1, out_, of_.limits); fault != value_fault::none)
    refuse_value("the result", fault, of_.limits);
  result_ = out_.view().substr(from);
  commit_state(ctx_);
  duk_pop_2(ctx_);
}

/// [ … thrown ] -> [ … thrown ]
void turn::failure_step() {
  kept_ = false;
  out_.clear();
  describe_failure(ctx_, phase_, of_, out_, failure_);
  if (phase_ != thrown_by::compiler) return;
  failure_.line = std::min(failure_.line, 1 + static_cast<std::uint32_t>(std::count(code_.begin(), code_.end(), '\n')));
  if (refused_.line == 0) return;
  failure_.message = refused_.text;
  failure_.line = refused_.line;
  failure_.column = refused_.column;
}

} // namespace enclaved::engine
