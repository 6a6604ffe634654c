#include "wire/json.hpp"

#include "base/pack.hpp"
#include "wire/values.hpp"

#include <array>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>
#include <vector>

namespace enclaved::wire {

namespace {

using nlohmann::json;

std::string base64(std::string_view bytes) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto group = bytes.substr(i, 3);
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j)
      bits = bits << 8 | (j < group.size() ? static_cast<unsigned char>(group[j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j) text += j <= group.size() ? alphabet[bits >> (18 - 6 * j) & 0x3f] : '=';
  }
  return text;
}

/// As JavaScript's `toISOString` writes it; null for a year that no calendar of the C library has.
json iso_date(const timestamp& when) {
  const std::time_t seconds = when.seconds;
  std::tm date{};
  if (gmtime_r(&seconds, &date) == nullptr) return nullptr;
  const long year = date.tm_year + 1900L;
  const bool four_digits = year >= 0 && year <= 9999;
  std::array<char, 64> years{};
  std::snprintf(years.data(), years.size(), four_digits ? "%04ld" : "%+07ld", year);
  std::array<char, 64> rest{};
  std::snprintf(rest.data(), rest.size(), "-%02d-%02dT%02d:%02d:%02d.%03uZ", date.tm_mon + 1, date.tm_mday,
                date.tm_hour, date.tm_min, date.tm_sec, when.nanoseconds / 1'000'000);
  return std::string{years.data()}.append(rest.data());
}

json scalar(const pack::token& head) {
  timestamp when;
  switch (head.type) {
  case pack::kind::boolean: return head.boolean;
  case pack::kind::unsigned_int: return head.number;
  case pack::kind::negative_int: return head.negative;
  case pack::kind::float64: return head.float64; // written as null when it is not finite
  case pack::kind::str: return head.bytes;
  case pack::kind::bin: return base64(head.bytes);
  case pack::kind::ext:
    if (head.ext_type == timestamp_type && read_timestamp(head.bytes, when)) return iso_date(when);
    return nullptr;
  default: return nullptr;
  }
}

/// Writes while it reads, so that order is kept and no document stands in memory. Levels bound the recursion.
class json_writer {
public:
  json_writer(std::string_view value, json_layout layout) : in_(value), indented_(layout == json_layout::indented) {}

  bool write_document() { return write(0) && in_.at_end(); }
  std::string take() { return std::move(out_); }

private:
  bool write(std::size_t level) {
    pack::token head;
    if (!in_.next(head)) return false;
    if (head.type != pack::kind::array && head.type != pack::kind::map) {
      out_ += scalar(head).dump(-1, ' ', false, json::error_handler_t::replace);
      return true;
    }
    return level < bounds::nesting && write_container(head, level + 1);
  }

  bool write_container(const pack::token& head, std::size_t level) {
    const bool is_map = head.type == pack::kind::map;
    out_ += is_map ? '{' : '[';
    for (std::uint32_t i = 0; i < head.count; ++i) {
      if (i > 0) out_ += ',';
      new_line(level);
      if (is_map && !write_key(level)) return false;
      if (!write(level)) return false;
    }
    if (head.count > 0) new_line(level - 1);
    out_ += is_map ? '}' : ']';
    return true;
  }

  /// JSON's keys are strings; another key is written as the text of its own JSON.
  bool write_key(std::size_t level) {
    const auto start = out_.size();
    if (!write(level)) return false;
    if (out_[start] != '"') out_.replace(start, std::string::npos, json(out_.substr(start)).dump());
    out_ += indented_ ? ": " : ":";
    return true;
  }

  void new_line(std::size_t level) {
    if (indented_) out_.append("\n").append(2 * level, ' ');
  }

  pack::reader in_;
  bool indented_;
  std::string out_;
};

/// Packs a document as it is parsed. A container's head needs its length, so that its elements gather one level up.
class json_packer final : public nlohmann::json_sax<json> {
public:
  bool null() override {
    return one([](pack::writer& to) { to.nil(); });
  }
  bool boolean(bool value) override {
    return one([value](pack::writer& to) { to.boolean(value); });
  }
  bool number_integer(number_integer_t value) override {
    return one([value](pack::writer& to) { to.integer(value); });
  }
  bool number_unsigned(number_unsigned_t value) override {
    return one([value](pack::writer& to) { to.number(value); });
  }
  bool number_float(number_float_t value, const string_t&) override {
    return one([value](pack::writer& to) { to.float64(value); });
  }
  bool string(string_t& value) override {
    return one([&value](pack::writer& to) { to.str(value); });
  }
  bool binary(binary_t&) override { return false; } // JSON has none

  bool start_object(std::size_t) override { return open(); }
  bool start_array(std::size_t) override { return open(); }
  bool key(string_t& name) override {
    pack::writer{levels_.back().bytes}.str(name);
    return true;
  }
  bool end_object() override {
    return close([](pack::writer& to, std::uint32_t count) { to.map(count); });
  }
  bool end_array() override {
    return close([](pack::writer& to, std::uint32_t count) { to.array(count); });
  }

  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& problem) override {
    problem_ = std::string{"not JSON: "}.append(problem.what());
    return false;
  }

  const std::string& problem() const { return problem_; }
  std::string take() { return std::move(levels_.front().bytes.bytes); }

private:
  struct level {
    pack::buffer bytes;
    std::uint32_t count = 0;
  };

  template <class Write>
  bool one(Write write) {
    auto& level = levels_.back();
    ++level.count;
    pack::writer to{level.bytes};
    write(to);
    return true;
  }

  bool open() {
    if (levels_.size() > bounds::nesting) {
      problem_ = "the JSON nests deeper than " + std::to_string(bounds::nesting) + " levels";
      return false;
    }
    levels_.emplace_back();
    return true;
  }

  template <class Head>
  bool close(Head head) {
    const auto inner = std::move(levels_.back());
    levels_.pop_back();
    return one([&inner, head](pack::writer& to) {
      head(to, inner.count);
      to.raw(inner.bytes.bytes);
    });
  }

  std::vector<level> levels_ = std::vector<level>(1);
  std::string problem_;
};

} // namespace

result<std::string> to_json(std::string_view value, json_layout layout) {
  json_writer writer{value, layout};
  if (!writer.write_document()) return error{error_code::internal, "a value is not MessagePack"};
  return writer.take();
}

result<std::string> from_json(std::string_view text) {
  json_packer packer;
  if (!json::sax_parse(text, &packer)) return invalid_request(packer.problem());
  return packer.take();
}

} // namespace enclaved::wire
