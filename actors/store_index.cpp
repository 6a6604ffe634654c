#include "actors/store_index.hpp"

#include "base/pack.hpp"
#include "store/keys.hpp"

namespace enclaved::store_index {

namespace {

constexpr std::size_t number_bytes = sizeof(std::uint64_t);

std::string name_of(std::string_view beginning, std::string_view tenant, std::string_view what) {
  std::string name(beginning);
  name.append(tenant).push_back('\0');
  return name.append(what);
}

} // namespace

std::string name_note(std::string_view tenant, std::string_view id) { return name_of(names, tenant, id); }
std::string answer_note(std::string_view tenant, std::string_view key) { return name_of(answers, tenant, key); }

std::string_view id_in(std::string_view name_note, std::string_view tenant) {
  return name_note.substr(std::min(name_note.size(), names.size() + tenant.size() + 1));
}

std::string unfinished_note(store::session_number stored) {
  std::string name(unfinished);
  store::keys::put_number(name, stored);
  return name;
}

std::string expiry_note(std::int64_t at_ms, store::session_number stored) {
  std::string name(expiries);
  store::keys::put_number(name, static_cast<std::uint64_t>(at_ms));
  store::keys::put_number(name, stored);
  return name;
}

std::optional<store::session_number> number_of_unfinished(std::string_view note) {
  if (note.size() != unfinished.size() + number_bytes) return std::nullopt;
  return store::keys::number_at(note, unfinished.size());
}

std::optional<expiry> expiry_of(std::string_view note) {
  if (note.size() != expiries.size() + 2 * number_bytes) return std::nullopt;
  return expiry{static_cast<std::int64_t>(store::keys::number_at(note, expiries.size())),
                store::keys::number_at(note, expiries.size() + number_bytes)};
}

std::string packed(const named& what) {
  pack::buffer out;
  pack::writer(out).array(4).number(what.stored).integer(what.created_at_ms).number(what.seq).bin(what.labels);
  return std::move(out.bytes);
}

std::optional<named> unpacked_named(std::string_view body) {
  pack::reader from(body);
  std::uint32_t count = 0;
  named out;
  std::string_view labels;
  if (!from.array(count) || count < 4 || !from.unsigned_int(out.stored) || !from.signed_int(out.created_at_ms) ||
      !from.unsigned_int(out.seq) || !from.bin(labels))
    return std::nullopt;
  out.labels = labels;
  return out;
}

std::string packed(const keyed_answer& what) {
  pack::buffer out;
  pack::writer(out).array(3).integer(what.at_ms).number(what.runs_in).bin(what.answer);
  return std::move(out.bytes);
}

std::optional<keyed_answer> unpacked_answer(std::string_view body) {
  pack::reader from(body);
  std::uint32_t count = 0;
  keyed_answer out;
  std::string_view answer;
  if (!from.array(count) || count < 3 || !from.signed_int(out.at_ms) || !from.unsigned_int(out.runs_in) ||
      !from.bin(answer))
    return std::nullopt;
  out.answer = answer;
  return out;
}

std::string packed_number(std::uint64_t number) {
  pack::buffer out;
  pack::writer(out).number(number);
  return std::move(out.bytes);
}

std::optional<std::uint64_t> unpacked_number(std::string_view body) {
  pack::reader from(body);
  std::uint64_t number = 0;
  if (!from.unsigned_int(number)) return std::nullopt;
  return number;
}

} // namespace enclaved::store_index
