// The log: one line an event, subject, verb, object, and fields. Text for people on a terminal, JSON for machines
// elsewhere.
//
// Whatever is logged may have been written by an outsider, so it is escaped: no terminal escapes, no forged lines. A
// line never blocks its writer: lines wait in a bounded queue, and when the reader of stderr does not read, lines are
// dropped and counted.
#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace enclaved::log {

enum class level : std::uint8_t { debug, info, warn, error, off };

/// `automatic` is text on a terminal and JSON elsewhere.
enum class format : std::uint8_t { automatic, text, json };

/// `at_once` writes from the caller's thread, for processes that must stay single-threaded.
enum class pace : std::uint8_t { background, at_once };

std::string_view name(level which);
std::optional<level> level_named(std::string_view name);

/// A field's value; text is looked at, not kept.
class value {
public:
  template <std::signed_integral T>
  value(T number) : content_(static_cast<std::int64_t>(number)) {}
  template <std::unsigned_integral T>
  requires(!std::same_as<T, bool>) value(T number) : content_(static_cast<std::uint64_t>(number)) {}
  template <std::same_as<bool> T>
  value(T flag) : content_(flag) {}
  value(double number) : content_(number) {}
  value(const char* text) : content_(std::string_view(text)) {}
  value(std::string_view text) : content_(text) {}
  value(const std::string& text) : content_(std::string_view(text)) {}

  using content = std::variant<std::int64_t, std::uint64_t, bool, double, std::string_view>;
  const content& get() const { return content_; }

private:
  content content_;
};

struct field {
  std::string_view name;
  value is;
};
using fields = std::initializer_list<field>;

struct options {
  log::level least = level::info;
  log::format format = log::format::automatic;
  log::pace pace = log::pace::background;
  int descriptor = 2;
};

/// Until `start` nothing is logged. `stop` writes what waits, as far as the reader takes it, and ends the log.
void start(const options& how);
void stop();
void set_level(level least);

/// Lines that were dropped since `start` because nobody read them.
std::uint64_t dropped();

namespace detail {
inline std::atomic<level> least{level::off};
void write(level severity, std::string_view message, fields with);
} // namespace detail

inline bool enabled(level severity) { return severity >= detail::least.load(std::memory_order_relaxed); }

inline void debug(std::string_view message, fields with = {}) {
  if (enabled(level::debug)) detail::write(level::debug, message, with);
}
inline void info(std::string_view message, fields with = {}) {
  if (enabled(level::info)) detail::write(level::info, message, with);
}
inline void warn(std::string_view message, fields with = {}) {
  if (enabled(level::warn)) detail::write(level::warn, message, with);
}
inline void error(std::string_view message, fields with = {}) {
  if (enabled(level::error)) detail::write(level::error, message, with);
}

} // namespace enclaved::log
