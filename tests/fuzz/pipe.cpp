// One frame of the pipe between a runtime and its worker, and of a zygote's news: each end reads what the other, in the
// hands of a script, might have written.
#include "engine/pipe.hpp"
#include "base/pack.hpp"
#include "engine/zygote.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace enclaved;
using namespace enclaved::engine;

void demand(bool holds) {
  if (!holds) std::abort();
}

bool is_value(std::string_view bytes) {
  pack::reader in(bytes);
  std::string_view raw;
  return in.skip(raw) && in.at_end();
}
bool is_value_or_none(std::string_view bytes) { return bytes.empty() || is_value(bytes); }

void look_at(const pipe::record& item) {
  demand(item.what <= pipe::record::kind::state_patch && item.level <= log_level::error);
  demand(pack::is_utf8(item.text) && is_value_or_none(item.data));
  demand(item.what != pipe::record::kind::tool_call || !item.data.empty());
}

void look_at(const pipe::ending& end) {
  demand(end.how <= outcome::replay_diverged && pack::is_utf8(end.message) && pack::is_utf8(end.stack));
  demand(is_value_or_none(end.result) && is_value_or_none(end.details));
}

void look_at(const batch& turn) {
  for (const auto& item : turn.answers) demand(item.uncaught <= outcome::replay_diverged && is_value(item.value));
}

/// What goes to a client and into a journal is sound, whatever the worker wrote.
void read_as_runtime(std::string_view frame) {
  pipe::ready ready;
  pipe::read_ready(frame, ready);
  zygote_news news;
  if (read_news(frame, news)) demand((news.layers & ~sandbox::all_layers) == 0);
  pipe::report_head head;
  const bool has_head = pipe::read_head(frame, head);
  pipe::report report;
  if (!pipe::read_report(frame, report)) return;
  demand(has_head && head.job == report.head.job && head.turn == report.head.turn && head.state == report.head.state);
  demand(head.state <= pipe::turn_state::lost);
  for (const auto& item : report.records) look_at(item);
  if (report.end) look_at(*report.end);
}

void read_as_worker(std::string_view frame) {
  pipe::to_worker kind{};
  const bool has_kind = pipe::read_kind(frame, kind);
  pipe::start_frame start;
  if (pipe::read_start(frame, start)) {
    demand(has_kind && kind == pipe::to_worker::start);
    for (const auto& turn : start.replay) look_at(turn);
  }
  pipe::resume_frame resume;
  if (pipe::read_resume(frame, resume)) {
    demand(has_kind && kind == pipe::to_worker::resume);
    look_at(resume.what);
  }
  slot where;
  if (pipe::read_release(frame, where)) demand(has_kind && kind == pipe::to_worker::release);
  pipe::check_frame check;
  if (pipe::read_check(frame, check)) demand(has_kind && kind == pipe::to_worker::check);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view frame{reinterpret_cast<const char*>(data), size};
  read_as_runtime(frame);
  read_as_worker(frame);
  return 0;
}
