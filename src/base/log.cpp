#include "base/log.hpp"

#include "base/bounds.hpp"
#include "base/escape.hpp"

#include <array>
#include <cmath>
#include <memory>
#include <mutex>
#include <poll.h>
#include <spdlog/async.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

namespace enclaved::log {

namespace {

constexpr std::array<std::string_view, 5> level_names{"debug", "info", "warn", "error", "off"};

spdlog::level::level_enum as_spdlog(level severity) {
  switch (severity) {
  case level::debug: return spdlog::level::debug;
  case level::info: return spdlog::level::info;
  case level::warn: return spdlog::level::warn;
  case level::error: return spdlog::level::err;
  case level::off: break;
  }
  return spdlog::level::off;
}

level from_spdlog(spdlog::level::level_enum severity) {
  switch (severity) {
  case spdlog::level::debug: return level::debug;
  case spdlog::level::warn: return level::warn;
  case spdlog::level::err: return level::error;
  default: return level::info;
  }
}

/// Writes whole lines to a descriptor that may be a pipe nobody reads. A line is never longer than PIPE_BUF, so that
/// poll's "writable" means that the whole line fits, and lines of several processes on one pipe stay whole.
class line_sink final : public spdlog::sinks::base_sink<std::mutex> {
public:
  line_sink(int descriptor, bool colours) : descriptor_(descriptor), colours_(colours) {}

  std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    if (!writable()) {
      dropped_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    line_.clear();
    spdlog::memory_buf_t formatted;
    formatter_->format(message, formatted);
    line_.append(formatted.data(), formatted.size());
    if (colours_ && message.color_range_end > message.color_range_start) {
      line_.insert(message.color_range_end, "\x1b[0m");
      line_.insert(message.color_range_start, colour(message.level));
    }
    for (std::string_view rest = line_; !rest.empty();) {
      const auto wrote = ::write(descriptor_, rest.data(), rest.size());
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote <= 0) {
        dropped_.fetch_add(1, std::memory_order_relaxed);
        return;
      }
      rest.remove_prefix(static_cast<std::size_t>(wrote));
    }
  }

  void flush_() override {
    // nop: nothing is buffered
  }

private:
  static const char* colour(spdlog::level::level_enum severity) {
    switch (severity) {
    case spdlog::level::debug: return "\x1b[2m";
    case spdlog::level::warn: return "\x1b[33m";
    case spdlog::level::err: return "\x1b[31m";
    default: return "\x1b[32m";
    }
  }

  /// Waits for a reader once; while it stays away, every further line only asks, so that stopping is quick too.
  bool writable() {
    pollfd one{descriptor_, POLLOUT, 0};
    const int wait_ms = blocked_ ? 0 : static_cast<int>(bounds::log_wait_ms);
    blocked_ = ::poll(&one, 1, wait_ms) == 0;
    return !blocked_;
  }

  int descriptor_;
  bool colours_;
  bool blocked_ = false;
  std::string line_;
  std::atomic<std::uint64_t> dropped_{0};
};

/// What `start` makes and `stop` ends. Writers hold a share, so that a late line does not meet a log that is gone.
struct running_log {
  bool json = false;
  std::shared_ptr<line_sink> sink;
  std::shared_ptr<spdlog::details::thread_pool> pool; ///< null when lines are written at once
  std::shared_ptr<spdlog::logger> logger;

  std::uint64_t dropped() const { return sink->dropped() + (pool ? pool->overrun_counter() : 0); }
};

std::mutex guard; ///< of `current`; taken only for lines that are written
std::shared_ptr<running_log> current;

std::shared_ptr<running_log> share() {
  const std::lock_guard lock(guard);
  return current;
}

void append_number(std::string& out, double number) {
  if (std::isfinite(number))
    fmt::format_to(std::back_inserter(out), "{}", number);
  else
    out += number > 0 ? "\"Infinity\"" : number < 0 ? "\"-Infinity\"" : "\"NaN\"";
}

void append_json_value(std::string& out, const value& is) {
  std::visit(
      [&out](auto content) {
        using type = decltype(content);
        if constexpr (std::same_as<type, std::string_view>) {
          out += '"';
          append_json_escaped(out, content, bounds::log_value_bytes);
          out += '"';
        } else if constexpr (std::same_as<type, double>)
          append_number(out, content);
        else
          fmt::format_to(std::back_inserter(out), "{}", content);
      },
      is.get());
}

bool needs_quotes(std::string_view text) {
  return text.empty() || text.find_first_of(" =\"'") != std::string_view::npos;
}

void append_quoted(std::string& out, std::string_view text) {
  std::string safe;
  append_escaped(safe, text, bounds::log_value_bytes);
  if (!needs_quotes(safe)) {
    out += safe;
    return;
  }
  out += '"';
  for (const char c : safe) {
    if (c == '"') out += '\\';
    out += c;
  }
  out += '"';
}

void append_text_value(std::string& out, const value& is) {
  std::visit(
      [&out](auto content) {
        using type = decltype(content);
        if constexpr (std::same_as<type, std::string_view>)
          append_quoted(out, content);
        else if constexpr (std::same_as<type, double>)
          append_number(out, content);
        else
          fmt::format_to(std::back_inserter(out), "{}", content);
      },
      is.get());
}

/// The inside of the line's JSON object, after its time and level.
std::string as_json(std::string_view message, fields with) {
  std::string out = "\"message\":\"";
  append_json_escaped(out, message, bounds::log_value_bytes);
  out += '"';
  for (const auto& [name, is] : with) {
    const auto whole = out.size();
    out += ",\"";
    append_json_escaped(out, name, bounds::log_name_bytes);
    out += "\":";
    append_json_value(out, is);
    if (out.size() <= bounds::log_line_bytes) continue;
    out.resize(whole);
    out += ",\"truncated\":true";
    break;
  }
  return out;
}

std::string as_text(std::string_view message, fields with) {
  std::string out;
  append_escaped(out, message, bounds::log_value_bytes);
  for (const auto& [name, is] : with) {
    const auto whole = out.size();
    out += ' ';
    append_escaped(out, name, bounds::log_name_bytes);
    out += '=';
    append_text_value(out, is);
    if (out.size() <= bounds::log_line_bytes) continue;
    out.resize(whole);
    out += " …";
    break;
  }
  return out;
}

constexpr const char* json_pattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%*",%v})";
constexpr const char* text_pattern = "%Y-%m-%dT%H:%M:%S.%eZ %^%-5*%$ %v";

/// `%*`: the level by our name, padded as the pattern says.
class level_flag final : public spdlog::custom_flag_formatter {
public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& out) override {
    const auto text = name(from_spdlog(message.level));
    out.append(text.data(), text.data() + text.size());
    for (auto width = text.size(); width < padinfo_.width_; ++width) out.push_back(' ');
  }
  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<level_flag>(); }
};

std::unique_ptr<spdlog::formatter> make_formatter(bool json) {
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  formatter->add_flag<level_flag>('*').set_pattern(json ? json_pattern : text_pattern);
  return formatter;
}

} // namespace

std::string_view name(level which) { return level_names[static_cast<std::size_t>(which)]; }

std::optional<level> level_named(std::string_view name) {
  for (std::size_t i = 0; i < level_names.size(); ++i)
    if (level_names[i] == name) return static_cast<level>(i);
  return std::nullopt;
}

void start(const options& how) {
  stop();
  const bool terminal = ::isatty(how.descriptor) == 1;
  auto fresh = std::make_shared<running_log>();
  fresh->json = how.format == format::json || (how.format == format::automatic && !terminal);
  fresh->sink = std::make_shared<line_sink>(how.descriptor, terminal && !fresh->json);
  fresh->sink->set_formatter(make_formatter(fresh->json));
  if (how.pace == pace::background) {
    fresh->pool = std::make_shared<spdlog::details::thread_pool>(bounds::log_queue_lines, 1U);
    fresh->logger = std::make_shared<spdlog::async_logger>("enclaved", fresh->sink, fresh->pool,
                                                           spdlog::async_overflow_policy::overrun_oldest);
  } else
    fresh->logger = std::make_shared<spdlog::logger>("enclaved", fresh->sink);
  fresh->logger->set_level(spdlog::level::trace); // our own level has decided before
  {
    const std::lock_guard lock(guard);
    current = std::move(fresh);
  }
  set_level(how.least);
}

void stop() {
  const auto last = share();
  if (!last) return;
  if (const auto lost = last->dropped(); lost > 0) warn("the log dropped lines that nobody read", {{"lines", lost}});
  detail::least.store(level::off, std::memory_order_relaxed);
  const std::lock_guard lock(guard);
  current.reset(); // with the last share the pool ends, after it has written what waits
}

void set_level(level least) { detail::least.store(least, std::memory_order_relaxed); }

std::uint64_t dropped() {
  const auto log = share();
  return log ? log->dropped() : 0;
}

void detail::write(level severity, std::string_view message, fields with) {
  const auto log = share();
  if (!log) return;
  const auto body = log->json ? as_json(message, with) : as_text(message, with);
  log->logger->log(as_spdlog(severity), spdlog::string_view_t(body.data(), body.size()));
}

} // namespace enclaved::log
