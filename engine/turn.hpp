// One turn of an execution: enters the budget scope, lets the script go on as far as it can, and says how that ended.
#pragma once

#include "engine/budget.hpp"
#include "engine/failure.hpp"
#include "engine/machine.hpp"
#include "engine/outbox.hpp"
#include "engine/translate.hpp"

#include <duktape.h>

namespace enclaved::engine {

class turn {
public:
  turn(duk_context* ctx, execution& of, turn_sink& sink, outbox& out);

  /// Leaves the compiled function on the heap's stack; false when it does not compile or a limit ended it.
  bool compile(std::string_view code);
  /// Runs the function that `compile` left, or what an unpacked delta brought.
  void start(std::string_view inputs, std::string_view state);
  /// Both in one scope.
  void compile_and_start(std::string_view code, std::string_view inputs, std::string_view state);
  void resume(const delivery_batch& batch);
  /// Ends the turn without having run anything.
  void refuse(std::string_view why);

  turn_end end() const;

private:
  /// What runs inside the scope and inside a protected call.
  using step = void (turn::*)();

  bool run(step what);
  void compile_step();
  void start_step();
  void compile_and_start_step();
  void resume_step();
  void failure_step();
  void deliver(const delivery& item);
  bool fire(std::uint32_t timer);
  void push_failed_call(std::string_view failure, outcome uncaught);
  void push_refused_result(const char* why, const char* code);
  void take_inputs();
  void conclude();

  duk_context* ctx_;
  execution& of_;
  outbox& out_;
  step step_ = nullptr;
  std::string_view code_;
  std::string_view inputs_;
  std::string_view state_;
  const delivery_batch* batch_ = nullptr;
  thrown_by phase_ = thrown_by::script;
  bool kept_ = false; ///< a step leaves a value on the heap's stack
  bool waiting_ = false;
  failure failure_;
  translation refused_; ///< what is wrong with the source, when that ended it
  std::string_view result_;
};

} // namespace enclaved::engine
