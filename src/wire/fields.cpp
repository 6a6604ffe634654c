#include "wire/fields.hpp"

#include "base/escape.hpp"
#include "wire/values.hpp"

namespace enclaved::wire {

std::string text_of(const place& at) {
  std::string text = at.outer != nullptr ? text_of(*at.outer) : std::string{};
  if (at.index) return text.append("[").append(std::to_string(*at.index)).append("]");
  if (!text.empty()) text += '.';
  return text.append(at.key);
}

std::string quoted(std::string_view text) {
  constexpr std::size_t readable_bytes = 64;
  std::string out = "\"";
  append_escaped(out, text, readable_bytes);
  return out.append("\"");
}

bool field_reader::fail(error problem) {
  problem_ = std::move(problem);
  return false;
}

bool field_reader::fail(error_code code, const place& at, std::string_view verb, std::string_view what) {
  return fail({code, text_of(at).append(verb).append(what)});
}

bool field_reader::too_large(const place& at, std::size_t max_bytes) {
  return fail(error_code::too_large, at, " must have at most ", std::to_string(max_bytes) + " bytes");
}

bool field_reader::is_next(pack::kind type) const {
  auto ahead = in_;
  pack::token head;
  return ahead.next(head) && head.type == type;
}

bool field_reader::text(const place& at, std::size_t max_bytes, std::string_view& out) {
  pack::token head;
  if (!in_.next(head) || head.type != pack::kind::str) return must(at, "be a string");
  if (head.bytes.size() > max_bytes) return too_large(at, max_bytes);
  if (!pack::is_utf8(head.bytes)) return must(at, "be UTF-8");
  out = head.bytes;
  return true;
}

bool field_reader::text(const place& at, std::size_t max_bytes, std::string& out) {
  std::string_view seen;
  if (!text(at, max_bytes, seen)) return false;
  out.assign(seen);
  return true;
}

bool field_reader::flag(const place& at, bool& out) { return in_.boolean(out) || must(at, "be true or false"); }

bool field_reader::number(const place& at, std::uint64_t least, std::uint64_t most, std::uint64_t& out) {
  if (in_.unsigned_int(out) && out >= least && out <= most) return true;
  if (least == most) return must(at, "be " + std::to_string(least));
  return must(at, "be an integer from " + std::to_string(least) + " to " + std::to_string(most));
}

bool field_reader::array(const place& at, std::size_t max_elements, std::uint32_t& count) {
  if (!in_.array(count)) return must(at, "be an array");
  if (count <= max_elements) return true;
  return fail(error_code::too_large, at, " must have at most ", std::to_string(max_elements) + " elements");
}

bool field_reader::map(const place& at, std::uint32_t& pairs) { return in_.map(pairs) || must(at, "be a map"); }

bool field_reader::key(const place& at, std::string_view& out) {
  pack::token head;
  if (!in_.next(head) || head.type != pack::kind::str) return must(at, "have strings as keys");
  out = head.bytes;
  return true;
}

bool field_reader::value(const place& at, std::size_t max_bytes, std::string& raw) {
  const auto start = in_.offset();
  if (const auto defect = step_over_value(in_); defect != value_defect::none) return must(at, expectation(defect));
  const auto bytes = in_.offset() - start;
  if (bytes > max_bytes) return too_large(at, max_bytes);
  raw.assign(bytes_.substr(start, bytes));
  return true;
}

} // namespace enclaved::wire
