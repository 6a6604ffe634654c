#include "actors/checker.hpp"

#include "actors/guard.hpp"
#include "actors/jobs.hpp"
#include "base/pack.hpp"
#include "engine/pipe.hpp"
#include "wire/values.hpp"

#include <caf/send.hpp>

namespace enclaved {

namespace {

/// What the worker found: passed on when it is one whole value.
bool is_answer(const engine::pipe::ending& end) {
  pack::reader from(end.result);
  return end.how == outcome::ok && wire::step_over_value(from) == wire::value_defect::none && from.at_end();
}

constexpr std::uint64_t check_ms = 10'000;

} // namespace

session_actor::behavior_type checker(session_actor::pointer self, balancer_actor balancer, client_request request,
                                     std::string tenant) {
  guard(self, "checker");
  auto& what = std::get<wire::check>(request.what);
  task look;
  look.what = task::kind::check;
  look.job = next_job();
  look.tenant = std::move(tenant);
  look.level = what.security.value_or(security_level::standard);
  look.owner = self;
  look.budget_ms = check_ms;
  look.script.code = std::move(what.code);
  caf::anon_send(balancer, std::move(look));
  const auto done = [self, from = request.from, msgid = request.msgid](std::optional<error> problem,
                                                                       std::string_view result) {
    if (problem)
      from->refuse(msgid, *problem);
    else
      from->respond(msgid, result);
    self->quit();
  };
  return {
      [](const client_request&) { /* nobody knows it */ },
      [](const client_answer&) { /* it calls no tool */ },
      [](const join_run&) { /* nobody asks for it */ },
      [](const client_gone&) { /* nobody follows it */ },
      [](woken) { /* it sets no time */ },
      [](job_queued) { /* it waits */ },
      [](job_started) { /* it waits */ },
      [done](const turn_report& what) {
        engine::pipe::report report;
        if (engine::pipe::read_report(what.frame, report) && report.end && is_answer(*report.end))
          done(std::nullopt, report.end->result);
        else
          done(error{error_code::internal, "the worker gave no verdict"}, {});
      },
      [done](job_lost) {
        done(error{error_code::unavailable, "the worker that looked at the script ended", 100}, {});
      },
      [done](const job_refused& what) { done(what.why, {}); },
      [](drain_now) { /* it ends by itself */ },
      [](journaled) { /* it writes nothing */ },
      [](const session_read&) { /* nor does it read */ },
      [](const begin_session&) { /* it is no session */ },
  };
}

} // namespace enclaved
