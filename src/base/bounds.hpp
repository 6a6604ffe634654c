// Every size, count, depth and time that bounds something an outsider can make grow, in one place.
// A bound that an operator can change has its option's default here; the option table names the same constant.
#pragma once

#include <cstddef>
#include <cstdint>

namespace enclaved::bounds {

inline constexpr std::size_t kib = 1024;
inline constexpr std::size_t mib = 1024 * kib;
inline constexpr std::size_t gib = 1024 * mib;

// -- the client's connection ------------------------------------------------------------------------------------------
inline constexpr std::size_t message_bytes = 8 * mib;          ///< one MessagePack-RPC message, whole
inline constexpr std::size_t nesting = 64;                     ///< arrays and maps inside one another in a message
inline constexpr std::size_t requests_in_flight = 16'384;      ///< of one connection, both directions counted apart
inline constexpr std::size_t connections = 10'000;             ///< of one server
inline constexpr std::size_t connections_per_tenant = 8'000;   ///< leaves room for the others
inline constexpr std::size_t greeting_message_bytes = 4 * kib; ///< one message before authentication
inline constexpr std::uint32_t greeting_ms = 5'000;            ///< from accept to authenticated
inline constexpr std::size_t output_bytes_per_connection = 64 * mib; ///< waiting for a client that does not read
inline constexpr std::uint32_t heartbeat_event_ms = 15'000;          ///< between heartbeats to a subscribed client
inline constexpr std::uint32_t message_ms = 120'000;                 ///< from a message's first byte to its last
inline constexpr std::uint32_t idle_connection_ms = 60'000;          ///< of silence, then TCP's keep-alive probes
inline constexpr std::uint32_t keepalive_interval_ms = 10'000;       ///< between probes
inline constexpr int keepalive_probes = 3;                           ///< without an answer, then the client is gone
inline constexpr std::uint32_t unacknowledged_ms = 120'000;          ///< output that the client's machine does not take
inline constexpr std::uint32_t linger_ms = 1'000;     ///< for last words to arrive before a connection is closed
inline constexpr std::uint32_t accept_pause_ms = 100; ///< when descriptors or memory are exhausted
inline constexpr std::uint32_t retry_after_ms = 100;  ///< advice to who is refused for load
inline constexpr std::size_t tokens = 10'000;         ///< in the tokens file
inline constexpr std::size_t tokens_file_bytes = 4 * mib;
inline constexpr std::size_t http_connections = 1'000;      ///< of one server
inline constexpr std::size_t http_request_bytes = 64 * kib; ///< head and body of one HTTP request
inline constexpr std::uint32_t http_request_ms = 10'000;    ///< from accept to answered
static_assert(greeting_message_bytes < message_bytes, "a stranger may not send more than a client");
static_assert(output_bytes_per_connection >= 4 * message_bytes, "a few large results fit a connection's output");

// -- requests ---------------------------------------------------------------------------------------------------------
inline constexpr std::size_t name_bytes = 128;      ///< a session's or an execution's id
inline constexpr std::size_t tool_name_bytes = 256; ///< a tool's name
inline constexpr std::size_t tool_description_bytes = 16 * kib;
inline constexpr std::size_t tool_schema_bytes = 64 * kib; ///< of its arguments, encoded
inline constexpr std::uint32_t tool_retries = 100;         ///< of one call
inline constexpr std::size_t tools_per_session = 1'000;    ///< declared ones
inline constexpr std::size_t labels_per_session = 64;
inline constexpr std::size_t label_bytes = 256;         ///< a label's key or value
inline constexpr std::size_t metadata_bytes = 64 * kib; ///< a session's metadata, encoded
inline constexpr std::size_t cursor_bytes = 256;        ///< where a listing goes on
inline constexpr std::size_t token_bytes = 512;         ///< of a client, as text
inline constexpr std::size_t reason_bytes = 1 * kib;    ///< free text of a cancellation
inline constexpr std::size_t path_bytes = 4'096;        ///< of a file or folder on the server
inline constexpr std::size_t page_entries = 1'000;      ///< sessions or events in one answer
inline constexpr std::size_t page_bytes = 4 * mib;      ///< of one answer that lists things
static_assert(page_bytes < message_bytes, "a page fits a message");

// -- sessions ---------------------------------------------------------------------------------------------------------
inline constexpr std::size_t sessions = 100'000;            ///< of one server (--max-sessions)
inline constexpr std::size_t runs_waiting_per_session = 64; ///< behind the running one
inline constexpr std::size_t journal_bytes_per_session = 64 * mib;
inline constexpr std::size_t journal_events_per_session = 100'000;
inline constexpr std::size_t subscribers_per_session = 64;
inline constexpr std::size_t operational_listeners = 64;
inline constexpr std::uint32_t session_timeout_ms = 300'000; ///< of idleness (--session-timeout-ms)
inline constexpr std::size_t idempotency_key_bytes = 256;
inline constexpr std::uint64_t idempotency_ms = 24 * 3'600'000ULL; ///< for which an answer is kept

// -- what outlives the process ----------------------------------------------------------------------------------------
inline constexpr std::size_t journal_batch_bytes = 8 * mib;      ///< written and synced in one go
inline constexpr std::size_t journal_page_bytes = 1 * mib;       ///< read in one go
inline constexpr std::size_t history_in_memory_bytes = 64 * kib; ///< of a durable session's events
inline constexpr std::size_t sessions_restored_at_once = 256;    ///< of those that are unfinished at start
inline constexpr std::uint32_t session_rests_ms = 10'000;    ///< a durable session that nobody follows leaves memory
inline constexpr std::uint32_t parked_in_memory_ms = 60'000; ///< a heap that waits longer is built again when needed
inline constexpr std::uint64_t answers_swept_every_ms = 600'000;

// -- what a session keeps for its scripts, and what it grants them ----------------------------------------------------
inline constexpr std::size_t state_bytes = 1 * mib;       ///< a session's state, encoded
inline constexpr std::size_t state_keys = 10'000;         ///< of it, at its top level
inline constexpr std::size_t state_key_bytes = 1 * kib;   ///< of one of these keys
inline constexpr std::size_t state_value_nesting = 48;    ///< arrays and maps inside one another in one value of it
inline constexpr std::size_t state_patch_bytes = 6 * mib; ///< what changes in it between two commits, encoded
inline constexpr std::size_t capabilities_per_session = 1'000; ///< that it was granted
inline constexpr std::size_t capability_bytes = state_key_bytes + 16;
static_assert(state_value_nesting + 8 <= nesting, "a value of the state fits the messages that carry a change of it");
static_assert(state_patch_bytes >= 4 * state_bytes + 2 * state_keys * 32 &&
                  state_patch_bytes + 2 * mib <= message_bytes,
              "all keys may go and others come, each named in twice its bytes, and that fits a message");

// -- the queue of executions that have not started --------------------------------------------------------------------
inline constexpr std::size_t queue_length = 10'000;
inline constexpr std::uint32_t queue_timeout_ms = 30'000;

// -- worker processes -------------------------------------------------------------------------------------------------
inline constexpr std::size_t workers = 1'024;
inline constexpr std::size_t workers_per_core = 4;   ///< where the operator names no number
inline constexpr std::uint32_t busy_worker_ms = 50;  ///< after that, what waits behind a running script goes elsewhere
inline constexpr std::uint32_t pool_growth_ms = 100; ///< all workers busy for that long: one more is forked
inline constexpr std::uint32_t worker_idle_ms = 60'000;   ///< an idle worker above the minimum ends after that
inline constexpr std::uint32_t watchdog_grace_ms = 300;   ///< past a script's own deadline, then its worker is killed
inline constexpr std::uint32_t worker_silence_ms = 2'000; ///< a worker that does not begin what it was sent is killed
inline constexpr std::uint32_t worker_last_words_ms = 1'000; ///< between the ends of a worker and of its pipe
inline constexpr std::uint32_t zygote_silence_ms = 1'000; ///< a zygote that answers nothing for that long is replaced
inline constexpr std::size_t executions_per_worker = 100'000;
inline constexpr std::size_t worker_resident_bytes = 1 * gib;   ///< of a worker process; above it is replaced
inline constexpr std::size_t pipe_frame_bytes = 64 * mib;       ///< one frame between a runtime and its worker
inline constexpr std::size_t pipe_read_ahead_bytes = 16 * mib;  ///< of a worker's reports that no actor has looked at
inline constexpr std::size_t pipe_queue_bytes = 256 * mib;      ///< waiting for a worker that does not read
inline constexpr std::size_t executions_ahead = 16;             ///< frames sent to a worker that runs another execution
inline constexpr std::size_t turn_output_bytes = 64 * kib;      ///< output gathered in a turn before it is flushed
inline constexpr std::size_t parked_bytes_per_worker = 1 * gib; ///< deltas of one worker process (sparse until used)
inline constexpr std::size_t parked_bytes_per_node = 8 * gib;
inline constexpr std::uint32_t crashes_until_quarantine = 3; ///< of one script by its own fault
inline constexpr std::uint32_t quarantine_ms = 60'000;
inline constexpr std::size_t crashed_scripts = 10'000; ///< remembered at once
static_assert(pipe_frame_bytes >= 2 * message_bytes, "a script and its inputs fit a frame");
static_assert(watchdog_grace_ms > 150, "a script has 150 ms to end by itself before its worker is killed");

// -- heaps ------------------------------------------------------------------------------------------------------------
inline constexpr std::size_t heap_bytes_max = 512 * mib;       ///< what the arena's address range is mapped for
inline constexpr std::size_t heap_bytes_min = 1 * mib;         ///< the image and a small script
inline constexpr std::size_t source_bytes = 4 * mib;           ///< of one script
inline constexpr std::size_t compile_cache_bytes = 32 * mib;   ///< of one worker process
inline constexpr std::size_t worker_address_bytes = 4 * gib;   ///< heap, parked heaps, frames and the executable
inline constexpr std::size_t worker_stack_bytes = 64 * mib;    ///< of the native stack; a script's own limit is lower
inline constexpr std::size_t failure_text_bytes = 16 * kib;    ///< of the message of a script's error
inline constexpr std::size_t failure_details_bytes = 64 * kib; ///< of `details` and `code` of such an error, encoded
inline constexpr std::size_t failure_frames = 64;              ///< of its stack trace
static_assert(worker_address_bytes > heap_bytes_max + parked_bytes_per_worker + 8 * pipe_frame_bytes,
              "a worker has room for what it may hold");
static_assert(source_bytes < message_bytes, "a script fits a message");

// -- commands that talk to a server -----------------------------------------------------------------------------------
inline constexpr std::uint32_t connect_ms = 5'000;         ///< until the server is reached
inline constexpr std::uint32_t command_answer_ms = 30'000; ///< for requests that run no script
inline constexpr std::size_t tool_processes = 16;          ///< commands that answer tool calls at the same time
inline constexpr std::size_t tool_calls_waiting = 10'000;  ///< for one of them to end
inline constexpr std::size_t tool_error_bytes = 4 * kib;   ///< kept of the end of a tool command's stderr

// -- the operator's files ---------------------------------------------------------------------------------------------
inline constexpr std::size_t config_file_bytes = 1 * mib; ///< a configuration file

// -- the log ----------------------------------------------------------------------------------------------------------
inline constexpr std::size_t log_queue_lines = 2'048; ///< waiting for a reader of stderr; then the oldest are dropped
inline constexpr std::size_t log_line_bytes = 3'800;  ///< of message and fields; what is over is left out
inline constexpr std::size_t log_value_bytes = 1'024; ///< of the message or one field
inline constexpr std::size_t log_name_bytes = 64;     ///< of a field's name
inline constexpr std::uint32_t log_wait_ms = 100;     ///< for a reader, once; then lines are dropped until it reads
static_assert(log_line_bytes + 256 <= 4'096,
              "a line with its time, level and marks fits PIPE_BUF, so it is written whole");

// -- stopping ---------------------------------------------------------------------------------------------------------
inline constexpr std::uint32_t drain_ms = 30'000; ///< for running scripts after SIGTERM

} // namespace enclaved::bounds
