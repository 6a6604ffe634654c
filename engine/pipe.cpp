#include "engine/pipe.hpp"

#include "base/pack.hpp"

#include <bit>
#include <cstring>
#include <limits>

namespace enclaved::engine::pipe {

namespace {

using pack::reader;

/// Appends to a string that the caller keeps.
struct appender {
  std::string& bytes;
  void write(const char* data, std::size_t size) { bytes.append(data, size); }
};
using writer = pack::basic_writer<appender>;

/// Writes one frame: its length is filled in when the body is there.
template <class Body>
void frame(std::string& frames, Body&& body) {
  const auto at = frames.size();
  frames.append(4, '\0');
  appender out{frames};
  writer to(out);
  body(to);
  const auto length = static_cast<std::uint32_t>(frames.size() - at - 4);
  static_assert(std::endian::native == std::endian::little, "the length is written as it lies in memory");
  std::memcpy(frames.data() + at, &length, 4);
}

writer& or_nil(writer& to, std::string_view encoded) { return encoded.empty() ? to.nil() : to.raw(encoded); }

void put_batch(writer& to, const batch& what) {
  to.array(2).integer(what.clock_ms).array(static_cast<std::uint32_t>(what.answers.size()));
  for (const auto& item : what.answers)
    to.array(4).number(item.call).boolean(item.ok).number(static_cast<std::uint64_t>(item.uncaught)).raw(item.value);
}

// Readers of one field each: false when it is missing, of another type or out of range.

bool get(reader& from, std::uint64_t& out) { return from.unsigned_int(out); }
bool get(reader& from, std::int64_t& out) { return from.signed_int(out); }
bool get(reader& from, bool& out) { return from.boolean(out); }
bool get(reader& from, std::uint32_t& out) {
  std::uint64_t wide = 0;
  if (!from.unsigned_int(wide) || wide > std::numeric_limits<std::uint32_t>::max()) return false;
  out = static_cast<std::uint32_t>(wide);
  return true;
}
template <class Enum>
bool get_enum(reader& from, Enum& out, Enum last) {
  std::uint64_t wide = 0;
  if (!from.unsigned_int(wide) || wide > static_cast<std::uint64_t>(last)) return false;
  out = static_cast<Enum>(wide);
  return true;
}
bool get_text(reader& from, std::string_view& out) { return from.str(out) && pack::is_utf8(out); }
bool get_value(reader& from, std::string_view& out) {
  if (from.nil()) {
    out = {};
    return true;
  }
  return from.skip(out);
}
bool get_slot(reader& from, slot& out) { return get(from, out.offset) && get(from, out.bytes); }

bool opens(reader& from, std::uint32_t elements, std::uint64_t kind) {
  std::uint32_t count = 0;
  std::uint64_t found = 0;
  return from.array(count) && count == elements && from.unsigned_int(found) && found == kind;
}

bool get_batch(reader& from, batch& out) {
  std::uint32_t fields = 0;
  std::uint32_t answers = 0;
  if (!from.array(fields) || fields != 2 || !get(from, out.clock_ms) || !from.array(answers)) return false;
  for (std::uint32_t i = 0; i < answers; ++i) {
    answer item;
    std::string_view value;
    if (!from.array(fields) || fields != 4 || !get(from, item.call) || !get(from, item.ok) ||
        !get_enum(from, item.uncaught, outcome::replay_diverged) || !from.skip(value))
      return false;
    item.value = value;
    out.answers.push_back(std::move(item));
  }
  return true;
}

bool get_map(reader& from, std::string_view& out) {
  std::uint32_t pairs = 0;
  return from.skip(out) && reader(out).map(pairs);
}

bool get_array(reader& from, std::string_view& out) {
  std::uint32_t count = 0;
  return from.skip(out) && reader(out).array(count);
}

bool get_record(reader& from, record& out) {
  std::uint32_t fields = 0;
  if (!from.array(fields) || !get_enum(from, out.what, record::kind::state_patch)) return false;
  switch (out.what) {
  case record::kind::print: return fields == 2 && get_text(from, out.text);
  case record::kind::log:
    return fields == 4 && get_enum(from, out.level, log_level::error) && get_text(from, out.text) &&
           get_value(from, out.data);
  case record::kind::tool_call:
    return fields == 5 && get(from, out.call) && get_text(from, out.text) && from.skip(out.data) && get(from, out.line);
  case record::kind::timer:
    return fields == 3 && get(from, out.call) && out.call < timer_mark && get(from, out.delay_ms);
  case record::kind::timer_cancelled: return fields == 2 && get(from, out.call);
  case record::kind::partial_result: return fields == 2 && get_map(from, out.data);
  case record::kind::state_patch: return fields == 2 && get_array(from, out.data);
  }
  return false;
}

bool get_ending(reader& from, ending& out) {
  std::uint32_t fields = 0;
  return from.array(fields) && fields == 13 && get_enum(from, out.how, outcome::replay_diverged) &&
         get_value(from, out.result) && get_text(from, out.message) && get_text(from, out.stack) &&
         get_value(from, out.details) && get(from, out.line) && get(from, out.column) && get(from, out.run_us) &&
         get(from, out.cpu_us) && get(from, out.memory_peak_bytes) && get(from, out.output_bytes) &&
         get(from, out.tool_calls) && get(from, out.cache_hit);
}

bool get_head(reader& from, report_head& out) {
  return opens(from, 9, 2) && get(from, out.job) && get(from, out.turn) && get(from, out.part) &&
         get_enum(from, out.state, turn_state::lost) && get_slot(from, out.where);
}

constexpr auto number_of(to_worker kind) { return static_cast<std::uint64_t>(kind); }

} // namespace

// -- the runtime's side -----------------------------------------------------------------------------------------------

void put_start(std::string& frames, job_id job, const script& what, std::span<const batch> replay, spent costs) {
  frame(frames, [&](writer& to) {
    to.array(13).number(number_of(to_worker::start)).number(job).str(what.scope).str(what.code);
    to.bin(what.inputs).bin(what.state).array(limits_count); // a value or no bytes, as a nil is a value
    for (const auto& limit : limit_rows()) to.number(what.limits.*limit.field);
    to.boolean(what.full_stacks).number(what.seed).integer(what.clock_ms);
    to.array(static_cast<std::uint32_t>(replay.size()));
    for (const auto& turn : replay) put_batch(to, turn);
    to.number(costs.run_us).number(costs.cpu_us);
  });
}

void put_resume(std::string& frames, job_id job, std::uint32_t turn, const batch& what, slot where,
                std::string_view delta) {
  frame(frames, [&](writer& to) {
    to.array(7).number(number_of(to_worker::resume)).number(job).number(turn);
    put_batch(to, what);
    to.number(where.offset).number(where.bytes);
    delta.empty() ? to.nil() : to.bin(delta);
  });
}

void put_release(std::string& frames, slot where) {
  frame(frames, [&](writer& to) {
    to.array(3).number(number_of(to_worker::release)).number(where.offset).number(where.bytes);
  });
}

void put_check(std::string& frames, job_id job, std::string_view code) {
  frame(frames, [&](writer& to) { to.array(3).number(number_of(to_worker::check)).number(job).str(code); });
}

void put_rules(std::string& frames, const script_rules& rules) {
  frame(frames, [&](writer& to) { to.array(2).number(number_of(to_worker::rules)).bin(encoded(rules)); });
}

bool read_ready(std::string_view bytes, ready& out) {
  reader from(bytes);
  return opens(from, 3, 1) && get(from, out.version) && get(from, out.identity) && from.at_end();
}

bool read_head(std::string_view bytes, report_head& out) {
  reader from(bytes);
  return get_head(from, out);
}

bool read_report(std::string_view bytes, report& out) {
  reader from(bytes);
  std::uint32_t count = 0;
  if (!get_head(from, out.head) || !from.array(count)) return false;
  out.records.clear();
  for (std::uint32_t i = 0; i < count; ++i) {
    record item;
    if (!get_record(from, item)) return false;
    out.records.push_back(item);
  }
  if (out.head.state == turn_state::part || out.head.state == turn_state::lost) {
    out.end.reset();
    return from.nil() && from.at_end();
  }
  return get_ending(from, out.end.emplace()) && from.at_end();
}

// -- the worker's side ------------------------------------------------------------------------------------------------

bool read_kind(std::string_view bytes, to_worker& out) {
  reader from(bytes);
  std::uint32_t count = 0;
  return from.array(count) && get_enum(from, out, to_worker::rules) && out >= to_worker::start;
}

bool read_start(std::string_view bytes, start_frame& out) {
  reader from(bytes);
  std::uint32_t count = 0;
  if (!opens(from, 13, number_of(to_worker::start)) || !get(from, out.job) || !from.str(out.order.cache_scope) ||
      !from.str(out.order.code) || !from.bin(out.order.inputs) || !from.bin(out.order.state) || !from.array(count) ||
      count != limits_count)
    return false;
  for (const auto& limit : limit_rows())
    if (!get(from, out.order.limits.*limit.field)) return false;
  if (!get(from, out.order.full_stacks) || !get(from, out.order.seed) || !get(from, out.order.clock_ms) ||
      !from.array(count))
    return false;
  for (std::uint32_t i = 0; i < count; ++i)
    if (!get_batch(from, out.replay.emplace_back())) return false;
  return get(from, out.costs.run_us) && get(from, out.costs.cpu_us) && from.at_end();
}

bool read_resume(std::string_view bytes, resume_frame& out) {
  reader from(bytes);
  if (!opens(from, 7, number_of(to_worker::resume)) || !get(from, out.job) || !get(from, out.turn) ||
      !get_batch(from, out.what) || !get_slot(from, out.where))
    return false;
  return (from.nil() || from.bin(out.delta)) && from.at_end();
}

bool read_release(std::string_view bytes, slot& out) {
  reader from(bytes);
  return opens(from, 3, number_of(to_worker::release)) && get_slot(from, out) && from.at_end();
}

bool read_check(std::string_view bytes, check_frame& out) {
  reader from(bytes);
  return opens(from, 3, number_of(to_worker::check)) && get(from, out.job) && from.str(out.code) && from.at_end();
}

bool read_rules(std::string_view bytes, script_rules& out) {
  reader from(bytes);
  std::string_view rules;
  return opens(from, 2, number_of(to_worker::rules)) && from.bin(rules) && from.at_end() &&
         engine::read_rules(rules, out);
}

void put_ready(std::string& frames, std::uint64_t identity) {
  frame(frames, [&](writer& to) { to.array(3).number(1).number(version).number(identity); });
}

void put_print(std::string& records, std::string_view text) {
  appender out{records};
  writer(out).array(2).number(0).str(text);
}

void put_log(std::string& records, log_level level, std::string_view text, std::string_view data) {
  appender out{records};
  writer to(out);
  or_nil(to.array(4).number(1).number(static_cast<std::uint64_t>(level)).str(text), data);
}

void put_tool_call(std::string& records, std::uint32_t call, std::string_view tool, std::string_view args,
                   std::uint32_t line) {
  appender out{records};
  writer to(out);
  to.array(5).number(2).number(call).str(tool);
  args.empty() ? to.map(0) : to.raw(args);
  to.number(line);
}

void put_timer(std::string& records, std::uint32_t timer, std::uint64_t delay_ms) {
  appender out{records};
  writer(out).array(3).number(3).number(timer).number(delay_ms);
}

void put_timer_cancelled(std::string& records, std::uint32_t timer) {
  appender out{records};
  writer(out).array(2).number(4).number(timer);
}

void put_partial_result(std::string& records, std::string_view payload) {
  appender out{records};
  writer(out).array(2).number(5).raw(payload);
}

void put_state_patch(std::string& records, std::string_view ops) {
  std::string first;
  appender out{first};
  writer(out).array(2).number(6).raw(ops);
  records.insert(0, first);
}

void put_report(std::string& frames, const report_head& head, std::uint32_t count, std::string_view records,
                const turn_end* end) {
  frame(frames, [&](writer& to) {
    to.array(9).number(2).number(head.job).number(head.turn).number(head.part).number(
        static_cast<std::uint64_t>(head.state));
    to.number(head.where.offset).number(head.where.bytes).array(count).raw(records);
    if (end == nullptr) {
      to.nil();
      return;
    }
    or_nil(to.array(13).number(static_cast<std::uint64_t>(end->how)), end->result).str(end->message).str(end->stack);
    or_nil(to, end->details).number(end->line).number(end->column).number(end->run_us).number(end->cpu_us);
    to.number(end->memory_peak_bytes).number(end->output_bytes).number(end->tool_calls).boolean(end->cache_hit);
  });
}

} // namespace enclaved::engine::pipe
