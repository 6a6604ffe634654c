// Every actor of a node and every message between them, on one page. Reading it is reading the architecture.
//
//   edge ─ client_batch ▶ sessions ─▶ session ─ task ▶ balancer ─ task ▶ runtime ─ task ▶ worker ─ pipe ▶ process
//   edge ◀ peer ─────────────────────── session ◀ turn_report ───────────────────── worker ◀ pipe ─┘
//                                          └─ journal_write ▶ journal ─▶ store
//
// A connection is no actor: it is a `wire::peer`, a bounded sink. All messages stay within this process.
#pragma once

#include "actors/card.hpp"
#include "base/error.hpp"
#include "base/limits.hpp"
#include "engine/job.hpp"
#include "store/store.hpp"
#include "wire/service.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/replies_to.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace enclaved {

using engine::job_id;
using session_key = std::uint64_t; ///< names a live session within this process; never used twice
using worker_id = std::uint32_t;

struct client_request;
struct client_answer;
struct client_batch;
struct client_gone;
struct wake_me;
struct session_ended;
struct drain_now;
struct join_run;
struct begin_session;
struct session_setup;
struct tick;
struct woken;
struct task;
struct turn_report;
struct job_lost;
struct job_refused;
struct job_queued;
struct job_started;
struct withdraw;
struct capacity;
struct slots_freed;
struct forget_job;
struct stop_job;
struct turns_over;
struct handed_back;
struct worker_wish;
struct worker_ready;
struct worker_closed;
struct zygote_frame;
struct zygote_closed;
struct pipe_frames;
struct pipe_closed;
struct process_ended;
struct retire;
struct flush;
struct journal_write;
struct journaled;
struct read_session;
struct session_read;
struct find_session;
struct session_found;
struct find_answer;
struct answer_found;
struct list_stored;
struct stored_listed;
struct remove_expired;
struct back_up;
struct serve_directory;
struct store_ready;
struct unfinished_sessions;
struct expired_sessions;
struct run_settled;

/// Directory of live sessions: creates, finds and forgets them, enforces the limits on their number, keeps their clock.
using sessions_actor =
    caf::typed_actor<caf::reacts_to<client_batch>, ///< clients ask, or answer tool calls; for a session it is passed on
                     caf::reacts_to<client_gone>,
                     caf::reacts_to<wake_me>,             ///< a session wants to be woken at a time
                     caf::reacts_to<session_ended>,       ///< a session is over, or rests in the store alone
                     caf::reacts_to<run_settled>,         ///< a run with an idempotency key has its answer
                     caf::reacts_to<store_ready>,         ///< durable sessions can begin
                     caf::reacts_to<unfinished_sessions>, ///< what the process before this one has left
                     caf::reacts_to<session_found>, caf::reacts_to<answer_found>, caf::reacts_to<stored_listed>,
                     caf::reacts_to<expired_sessions>, ///< they rest, and their time is over
                     caf::reacts_to<drain_now>,        ///< from now on nothing new is taken
                     caf::reacts_to<tick>>;

/// Owns one session at a time: its journal, its executions in order, its open tool calls, its subscribers, its
/// deadlines.
using session_actor =
    caf::typed_actor<caf::reacts_to<client_request>, caf::reacts_to<client_answer>,
                     caf::reacts_to<join_run>,    ///< somebody else asks for a run that is under way
                     caf::reacts_to<client_gone>, ///< one that followed it
                     caf::reacts_to<woken>,       ///< a time it asked for has come
                     caf::reacts_to<job_queued>,  ///< no runtime has room yet
                     caf::reacts_to<job_started>, ///< now one had
                     caf::reacts_to<turn_report>, ///< a turn of its execution, or a part of one, has happened
                     caf::reacts_to<job_lost>,    ///< the heap of its execution is gone: rebuild it from the journal
                     caf::reacts_to<job_refused>, ///< its execution was never started
                     caf::reacts_to<drain_now>,
                     caf::reacts_to<journaled>,      ///< what it wrote is durable
                     caf::reacts_to<session_read>,   ///< what it had written, read back
                     caf::reacts_to<begin_session>>; ///< the one before is forgotten, here is the next

/// Bounded queue of executions that have not started, fair between tenants; gives them to runtimes as these have room.
using balancer_actor = caf::typed_actor<caf::reacts_to<task>,
                                        caf::reacts_to<withdraw>,    ///< a queued execution is not wanted any more
                                        caf::reacts_to<capacity>,    ///< a runtime tells its room
                                        caf::reacts_to<slots_freed>, ///< executions left their workers
                                        caf::reacts_to<handed_back>, ///< executions come back that had not begun
                                        caf::reacts_to<tick>>;

/// One per node: keeps the pool of workers between its bounds, places executions on them, remembers where parked heaps
/// lie.
using runtime_actor =
    caf::typed_actor<caf::reacts_to<task>,
                     caf::reacts_to<forget_job>,    ///< a parked or waiting execution is over
                     caf::reacts_to<stop_job>,      ///< a running execution shall end
                     caf::reacts_to<turns_over>,    ///< a worker finished turns
                     caf::reacts_to<handed_back>,   ///< a busy or dead worker returns what it had not begun
                     caf::reacts_to<worker_wish>,   ///< a worker is busy for long, free again, or must be killed
                     caf::reacts_to<worker_ready>,  ///< a process speaks our protocol
                     caf::reacts_to<worker_closed>, ///< a worker actor is done with its process
                     caf::reacts_to<zygote_frame>, caf::reacts_to<zygote_closed>, caf::reacts_to<tick>>;

/// One per worker process: speaks its pipe, watches over its time, reports its death.
using worker_actor = caf::typed_actor<caf::reacts_to<task>, caf::reacts_to<stop_job>,
                                      caf::reacts_to<forget_job>, ///< a parked heap's memory is free again
                                      caf::reacts_to<pipe_frames>,
                                      caf::reacts_to<pipe_closed>,   ///< no frames follow
                                      caf::reacts_to<process_ended>, ///< the zygote says so
                                      caf::reacts_to<retire>,        ///< finish what runs, then end
                                      caf::reacts_to<flush>,         ///< to itself: write what has been gathered
                                      caf::reacts_to<tick>>;

/// The only user of the store, on a thread of its own because it waits for the disk. What has come while it waited is
/// written together and synced once.
using journal_actor =
    caf::typed_actor<caf::reacts_to<journal_write>, caf::reacts_to<flush>, caf::reacts_to<read_session>,
                     caf::reacts_to<find_session>, ///< is there one of this name?
                     caf::reacts_to<find_answer>,  ///< has a run with this key been answered?
                     caf::reacts_to<list_stored>,  ///< sessions of a tenant
                     caf::reacts_to<remove_expired>, caf::reacts_to<back_up>,
                     caf::reacts_to<serve_directory>, ///< here is who wants to know what is in the store
                     caf::reacts_to<tick>>;

// -- from and to clients ----------------------------------------------------------------------------------------------

struct client_request {
  wire::peer_ptr from;
  std::uint32_t msgid = 0;
  wire::request what;
};
struct client_answer {
  wire::peer_ptr from;
  wire::tool_answer what;
};

/// What one read brought, in its order.
struct client_batch {
  std::vector<std::variant<client_request, client_answer>> messages;
};
/// Its connection is closed; its sessions live on.
struct client_gone {
  wire::peer_ptr who;
};

// -- sessions ---------------------------------------------------------------------------------------------------------

/// Nothing is spawned for a session when an actor is free whose session has ended: CAF's spawning and ending of an
/// actor costs more than a short run.
struct begin_session {
  std::shared_ptr<session_setup> what;
};
/// With the same idempotency key as a run of the session.
struct join_run {
  wire::peer_ptr from;
  wire::session_options options;
  std::string key;
};
struct wake_me {
  session_key who = 0;
  std::uint64_t at_ms = 0; ///< steady
};
struct woken {
  std::uint64_t at_ms = 0; ///< as it was asked for: another one has been asked for since when it is not the last
};
struct session_ended {
  session_key who = 0;
};
struct drain_now {};
struct tick {
  std::uint64_t generation = 0; ///< one of an older generation is not for us any more
};

// -- executions -------------------------------------------------------------------------------------------------------

/// A turn that somebody shall run: the first one of an execution (maybe with turns to play again before it), a later
/// one, or a mere look at a script. An execution that is rebuilt gets a new job, so what an old worker says of the old
/// one is nothing.
struct task {
  enum class kind : std::uint8_t { start, resume, check };
  kind what = kind::start;
  job_id job = 0;
  std::uint32_t turn = 0;
  std::string tenant;
  security_level level = security_level::standard;
  session_actor owner;
  card_ptr card;                     ///< of the owner; none: it is always wanted
  std::uint64_t budget_ms = 0;       ///< the worker is killed when the turn takes longer, after a grace
  std::uint64_t queued_at_ms = 0;    ///< steady, set by the balancer
  engine::script script;             ///< of a start; of a check only the code
  std::vector<engine::batch> replay; ///< of a start
  engine::spent costs;               ///< of a start that plays turns again
  engine::batch next;                ///< of a resume
  engine::slot where;                ///< of a resume, in the memory of the worker it goes to
  std::string delta;                 ///< of a resume elsewhere: the parked heap itself
};

inline bool is_wanted(const card_ptr& card, job_id job) { return !card || card->job.load() == job; }
inline bool is_wanted(const task& what) { return is_wanted(what.card, what.job); }

/// What a worker process said of a job, verified as far as its head; the rest is the session's to read.
struct turn_report {
  job_id job = 0;
  runtime_actor at; ///< where the next turn goes
  std::string frame;
};

/// Why a heap is gone.
enum class loss : std::uint8_t {
  killed,  ///< its worker was ended from outside; the script is innocent
  crashed, ///< its worker ended by its own fault while the script ran
  stuck,   ///< its worker had to be killed at the script's deadline
  dropped, ///< it waited and its memory was needed, or could not be brought back
};
struct job_lost {
  job_id job = 0;
  loss why = loss::killed;
};
struct job_refused {
  job_id job = 0;
  error why;
};
struct job_queued {
  job_id job = 0;
};
struct job_started {
  job_id job = 0;
  std::uint64_t queued_ms = 0;
};
struct withdraw {
  job_id job = 0;
  std::string tenant;
};

// -- runtimes ---------------------------------------------------------------------------------------------------------

/// A tenant whose scripts keep workers busy for long.
struct holding {
  std::string tenant;
  std::uint32_t workers = 0;
};
/// How many executions a runtime takes at once, and who holds its workers.
struct capacity {
  runtime_actor who;
  std::uint32_t slots = 0;      ///< in all, taken ones included
  std::uint32_t hold_limit = 0; ///< a tenant that holds workers may hold so many
  std::vector<holding> held;
};
struct slots_freed {
  runtime_actor who;
  std::vector<std::string> tenants; ///< one for each slot
};
struct handed_back {
  runtime_actor who;
  worker_id worker = 0;
  std::vector<task> tasks;
};

// -- workers ----------------------------------------------------------------------------------------------------------

struct forget_job {
  job_id job = 0;
  engine::slot where; ///< set by the runtime for the worker
};
struct stop_job {
  job_id job = 0;
};
struct turn_over {
  job_id job = 0;
  bool waiting = false;
  bool was_queued = false; ///< it came through the balancer, whose slot is free now
  engine::slot where;
  std::string tenant;
  card_ptr card; ///< as in its task
};
struct turns_over {
  worker_id worker = 0;
  std::vector<turn_over> turns;
};
struct worker_wish {
  enum class kind : std::uint8_t { busy, free, kill };
  worker_id worker = 0;
  kind what = kind::free;
  std::string reason; ///< of a kill
  std::string tenant; ///< whose script keeps it busy
};
struct worker_ready {
  worker_id worker = 0;
  std::uint64_t identity = 0;
};
struct worker_closed {
  worker_id worker = 0;
  bool by_own_fault = false;
  std::string reason;
  std::vector<task> unbegun;
};
struct zygote_frame {
  std::uint32_t generation = 0;
  std::string bytes;
};
struct zygote_closed {
  std::uint32_t generation = 0;
};
struct pipe_frames {
  std::string bytes; ///< one or more whole frames, each behind its length
};
struct pipe_closed {};
struct process_ended {
  std::int32_t status = 0; ///< as waitpid tells it
};
struct retire {};
struct flush {};

// -- the store --------------------------------------------------------------------------------------------------------

/// Durable when `journaled` of the same position comes back. Positions of a session rise.
struct journal_write {
  session_actor owner; ///< none: nobody waits for it
  session_key key = 0;
  std::uint64_t position = 0;
  store::changes what;
};
struct journaled {
  session_key key = 0; ///< of the session; its actor may serve another one by now
  std::uint64_t position = 0;
};
struct read_session {
  session_actor owner;
  session_key key = 0;
  store::session_number stored = 0;
  std::uint64_t first = 0; ///< entry; 0: the head and then from where it says
  std::uint64_t token = 0; ///< comes back
};
struct session_read {
  session_key key = 0;
  std::uint64_t token = 0;
  std::string head; ///< of a read from 0
  store::pieces entries;
  bool more = false;
  std::optional<error> problem;
};
struct find_session {
  std::string tenant;
  std::string id;
};
struct find_answer {
  std::string tenant;
  std::string key;
};
struct answer_found {
  std::string tenant;
  std::string key;
  std::string note; ///< as keyed_runs.hpp reads it; empty: there is none
  std::optional<error> problem;
};
struct list_stored {
  client_request asked; ///< comes back
  std::string tenant;
  std::string after;
};
struct stored_listed {
  client_request asked;
  store::pieces names; ///< in the order of the sessions' ids
  bool more = false;
};
struct remove_expired {
  std::vector<store::session_number> which;
};
struct back_up {
  client_request asked;
};
struct serve_directory {
  sessions_actor who;
};
struct store_ready {
  store::session_number next = 1; ///< was never used
};
/// What the directory knows of a session that is in the store.
struct stored_session {
  store::session_number stored = 0;
  std::string tenant;
  std::string id;
  std::int64_t created_at = 0;
  wire::label_list labels;
};
struct session_found {
  stored_session which; ///< its number is 0: there is none of this name
  std::optional<error> problem;
};
struct unfinished_sessions {
  std::vector<stored_session> which;
};
struct expired_sessions {
  std::vector<store::session_number> which;
};
/// For all who asked with the same key.
struct run_settled {
  std::string tenant;
  std::string key;
  std::string answer;           ///< as the first one is answered
  std::optional<error> refused; ///< it did not run at all
};

} // namespace enclaved

// CAF wants to know every type that travels in a message; a forgotten one arrives as nothing (a test sends each).
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::client_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::client_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::client_batch)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::client_gone)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::wake_me)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::session_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::drain_now)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::begin_session)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::join_run)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::tick)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::woken)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::task)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::turn_report)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::job_lost)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::job_refused)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::job_queued)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::job_started)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::withdraw)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::capacity)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::slots_freed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::forget_job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::stop_job)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::turns_over)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::handed_back)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::worker_wish)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::worker_ready)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::worker_closed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::zygote_frame)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::zygote_closed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::pipe_frames)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::pipe_closed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::process_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::retire)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::flush)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::journal_write)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::journaled)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::read_session)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::session_read)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::find_session)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::session_found)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::find_answer)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::answer_found)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::list_stored)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::stored_listed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::remove_expired)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::back_up)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::serve_directory)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::store_ready)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::unfinished_sessions)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::expired_sessions)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(enclaved::run_settled)

CAF_BEGIN_TYPE_ID_BLOCK(enclaved, first_custom_type_id)
CAF_ADD_TYPE_ID(enclaved, (enclaved::client_request))
CAF_ADD_TYPE_ID(enclaved, (enclaved::client_answer))
CAF_ADD_TYPE_ID(enclaved, (enclaved::client_batch))
CAF_ADD_TYPE_ID(enclaved, (enclaved::client_gone))
CAF_ADD_TYPE_ID(enclaved, (enclaved::wake_me))
CAF_ADD_TYPE_ID(enclaved, (enclaved::session_ended))
CAF_ADD_TYPE_ID(enclaved, (enclaved::drain_now))
CAF_ADD_TYPE_ID(enclaved, (enclaved::begin_session))
CAF_ADD_TYPE_ID(enclaved, (enclaved::join_run))
CAF_ADD_TYPE_ID(enclaved, (enclaved::tick))
CAF_ADD_TYPE_ID(enclaved, (enclaved::woken))
CAF_ADD_TYPE_ID(enclaved, (enclaved::task))
CAF_ADD_TYPE_ID(enclaved, (enclaved::turn_report))
CAF_ADD_TYPE_ID(enclaved, (enclaved::job_lost))
CAF_ADD_TYPE_ID(enclaved, (enclaved::job_refused))
CAF_ADD_TYPE_ID(enclaved, (enclaved::job_queued))
CAF_ADD_TYPE_ID(enclaved, (enclaved::job_started))
CAF_ADD_TYPE_ID(enclaved, (enclaved::withdraw))
CAF_ADD_TYPE_ID(enclaved, (enclaved::capacity))
CAF_ADD_TYPE_ID(enclaved, (enclaved::slots_freed))
CAF_ADD_TYPE_ID(enclaved, (enclaved::forget_job))
CAF_ADD_TYPE_ID(enclaved, (enclaved::stop_job))
CAF_ADD_TYPE_ID(enclaved, (enclaved::turns_over))
CAF_ADD_TYPE_ID(enclaved, (enclaved::handed_back))
CAF_ADD_TYPE_ID(enclaved, (enclaved::worker_wish))
CAF_ADD_TYPE_ID(enclaved, (enclaved::worker_ready))
CAF_ADD_TYPE_ID(enclaved, (enclaved::worker_closed))
CAF_ADD_TYPE_ID(enclaved, (enclaved::zygote_frame))
CAF_ADD_TYPE_ID(enclaved, (enclaved::zygote_closed))
CAF_ADD_TYPE_ID(enclaved, (enclaved::pipe_frames))
CAF_ADD_TYPE_ID(enclaved, (enclaved::pipe_closed))
CAF_ADD_TYPE_ID(enclaved, (enclaved::process_ended))
CAF_ADD_TYPE_ID(enclaved, (enclaved::retire))
CAF_ADD_TYPE_ID(enclaved, (enclaved::flush))
CAF_ADD_TYPE_ID(enclaved, (enclaved::journal_write))
CAF_ADD_TYPE_ID(enclaved, (enclaved::journaled))
CAF_ADD_TYPE_ID(enclaved, (enclaved::read_session))
CAF_ADD_TYPE_ID(enclaved, (enclaved::session_read))
CAF_ADD_TYPE_ID(enclaved, (enclaved::find_session))
CAF_ADD_TYPE_ID(enclaved, (enclaved::session_found))
CAF_ADD_TYPE_ID(enclaved, (enclaved::find_answer))
CAF_ADD_TYPE_ID(enclaved, (enclaved::answer_found))
CAF_ADD_TYPE_ID(enclaved, (enclaved::list_stored))
CAF_ADD_TYPE_ID(enclaved, (enclaved::stored_listed))
CAF_ADD_TYPE_ID(enclaved, (enclaved::remove_expired))
CAF_ADD_TYPE_ID(enclaved, (enclaved::back_up))
CAF_ADD_TYPE_ID(enclaved, (enclaved::serve_directory))
CAF_ADD_TYPE_ID(enclaved, (enclaved::store_ready))
CAF_ADD_TYPE_ID(enclaved, (enclaved::unfinished_sessions))
CAF_ADD_TYPE_ID(enclaved, (enclaved::expired_sessions))
CAF_ADD_TYPE_ID(enclaved, (enclaved::run_settled))
CAF_ADD_TYPE_ID(enclaved, (enclaved::sessions_actor))
CAF_ADD_TYPE_ID(enclaved, (enclaved::session_actor))
CAF_ADD_TYPE_ID(enclaved, (enclaved::balancer_actor))
CAF_ADD_TYPE_ID(enclaved, (enclaved::runtime_actor))
CAF_ADD_TYPE_ID(enclaved, (enclaved::worker_actor))
CAF_ADD_TYPE_ID(enclaved, (enclaved::journal_actor))
CAF_END_TYPE_ID_BLOCK(enclaved)
