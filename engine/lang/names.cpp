#include "engine/lang/names.hpp"

#include <array>

namespace enclaved::engine::lang {

namespace {

struct known_word {
  std::string_view text;
  token word;
};

constexpr known_word words[] = {
    {"in", token::kw_in},
    {"instanceof", token::kw_instanceof},
    {"break", token::kw_break},
    {"case", token::kw_case},
    {"catch", token::kw_catch},
    {"class", token::kw_class},
    {"const", token::kw_const},
    {"continue", token::kw_continue},
    {"debugger", token::kw_debugger},
    {"default", token::kw_default},
    {"delete", token::kw_delete},
    {"do", token::kw_do},
    {"else", token::kw_else},
    {"enum", token::kw_enum},
    {"export", token::kw_export},
    {"extends", token::kw_extends},
    {"false", token::kw_false},
    {"finally", token::kw_finally},
    {"for", token::kw_for},
    {"function", token::kw_function},
    {"if", token::kw_if},
    {"import", token::kw_import},
    {"new", token::kw_new},
    {"null", token::kw_null},
    {"return", token::kw_return},
    {"super", token::kw_super},
    {"switch", token::kw_switch},
    {"this", token::kw_this},
    {"throw", token::kw_throw},
    {"true", token::kw_true},
    {"try", token::kw_try},
    {"typeof", token::kw_typeof},
    {"var", token::kw_var},
    {"void", token::kw_void},
    {"while", token::kw_while},
    {"with", token::kw_with},
    {"implements", token::word_implements},
    {"interface", token::word_interface},
    {"let", token::word_let},
    {"package", token::word_package},
    {"private", token::word_private},
    {"protected", token::word_protected},
    {"public", token::word_public},
    {"static", token::word_static},
    {"yield", token::word_yield},
    {"await", token::word_await},
    {"eval", token::word_eval},
    {"arguments", token::word_arguments},
    {"async", token::word_async},
    {"of", token::word_of},
    {"get", token::word_get},
    {"set", token::word_set},
    {"target", token::word_target},
    {"constructor", token::word_constructor},
    {"prototype", token::word_prototype},
    {"__proto__", token::word_proto},
    {"abstract", token::word_abstract},
    {"accessor", token::word_accessor},
    {"as", token::word_as},
    {"asserts", token::word_asserts},
    {"declare", token::word_declare},
    {"global", token::word_global},
    {"infer", token::word_infer},
    {"is", token::word_is},
    {"keyof", token::word_keyof},
    {"module", token::word_module},
    {"namespace", token::word_namespace},
    {"override", token::word_override},
    {"readonly", token::word_readonly},
    {"satisfies", token::word_satisfies},
    {"type", token::word_type},
    {"unique", token::word_unique},
};

// Where to look for a word of a hash: few collisions, so one or two comparisons a new name.
constexpr std::size_t word_slots = 512;
using word_index = std::array<std::uint8_t, word_slots>;

word_index index_words() {
  word_index slots{};
  for (std::size_t i = 0; i < std::size(words); ++i) {
    auto at = name_table::hash_of(words[i].text) % word_slots;
    while (slots[at] != 0) at = (at + 1) % word_slots;
    slots[at] = static_cast<std::uint8_t>(i + 1);
  }
  return slots;
}

token word_of(std::string_view text, std::uint32_t hash) {
  static const word_index slots = index_words();
  for (auto at = hash % word_slots; slots[at] != 0; at = (at + 1) % word_slots)
    if (words[slots[at] - 1U].text == text) return words[slots[at] - 1U].word;
  return token::end;
}

} // namespace

name* name_table::add(std::string_view text, std::uint32_t hash, std::size_t slot) {
  auto* made = memory_.make<name>(text, hash, count_++);
  made->word = static_cast<std::uint8_t>(word_of(text, hash));
  slots_[slot] = made;
  if (count_ * std::size_t{2} > mask_) grow();
  return made;
}

void name_table::grow() {
  const auto size = (mask_ + 1) * 4;
  auto larger = std::make_unique<name*[]>(size);
  for (std::size_t i = 0; i <= mask_; ++i) {
    if (!slots_[i]) continue;
    auto at = slots_[i]->hash & (size - 1);
    while (larger[at]) at = (at + 1) & (size - 1);
    larger[at] = slots_[i];
  }
  more_ = std::move(larger);
  slots_ = more_.get();
  mask_ = size - 1;
}

} // namespace enclaved::engine::lang
