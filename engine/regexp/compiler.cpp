#include "engine/regexp/compiler.hpp"

#include "engine/regexp/parser.hpp"

#include <algorithm>
#include <array>

namespace enclaved::regexp {

namespace {

constexpr std::uint32_t head_words = sizeof(program) / sizeof(std::uint32_t);
constexpr std::uint32_t alternatives_with_sets_max = 64;

bool takes_nothing(kind what) {
  return what == kind::empty || what == kind::begin || what == kind::end || what == kind::boundary ||
         what == kind::no_boundary || what == kind::look;
}

} // namespace

compiled compile(workspace& in, std::string_view body, std::uint8_t flags) {
  tree of(in);
  parser reader(in, body, flags, of, parser::purpose::compile);
  if (!reader.parse()) return {nullptr, reader.wrong()};
  compiler writer(in, of);
  if (!writer.run()) return {nullptr, {"Regular expression too large", 0}};
  return {writer.code(), {}};
}

compiler::compiler(workspace& in, tree& of)
    : in_(in), tree_(of), first_(of), code_(in, piece::code, words_max), sets_(in, piece::operands, words_max),
      sets_of_alternatives_(in, piece::strings, nodes_max), registers_(2 * of.captures) {}

bool compiler::run() {
  auto* head = code_.extend(head_words);
  if (head == nullptr) return false;
  place everything;
  put(op::keep, 0);
  emit(tree_.root, everything);
  put(op::keep, 1);
  put(op::match);
  find_start();
  const auto sets = here();
  if (auto* to = code_.extend(sets_.size()); to != nullptr && sets_.size() != 0)
    std::memcpy(to, sets_.begin(), sets_.size() * sizeof(std::uint32_t));
  const auto names = here();
  write_names();
  if (code_.overflown() || sets_.overflown()) return false;
  auto& result = reinterpret_cast<program&>(code_[0]);
  result.magic = program_magic;
  result.words = here();
  result.flags = tree_.flags;
  result.captures = tree_.captures;
  result.registers = registers_;
  result.required = required_;
  result.shortest = tree_.nodes[tree_.root].shortest;
  result.code = head_words;
  result.sets = sets;
  result.names = names;
  return true;
}

// -- nodes

void compiler::emit(std::uint32_t which, const place& where) {
  in_.spend(8);
  const auto it = tree_.nodes[which];
  const auto lines = (it.traits & by_lines) != 0;
  const auto word_set = (it.traits & any_case) != 0 && tree_.by_code_points() ? 1U : 0U;
  switch (it.what) {
  case kind::empty: break;
  case kind::character: character(it, where); break;
  case kind::set: single(set_of_single(it), where); break;
  case kind::sequence: sequence(it, where); break;
  case kind::alternatives: alternatives(it, where); break;
  case kind::group: group(it, where); break;
  case kind::repeat: repeat(it, where); break;
  case kind::begin: put(lines ? op::line_begin : op::begin); break;
  case kind::end: put(lines ? op::line_end : op::end); break;
  case kind::boundary: put(op::boundary, word_set); break;
  case kind::no_boundary: put(op::no_boundary, word_set); break;
  case kind::look: look(it); break;
  case kind::back_reference:
  case kind::named_reference: reference(it, where); break;
  }
}

void compiler::sequence(const node& it, const place& where) {
  if (where.backward) {
    sequence_back(it.a, where);
    return;
  }
  bool leading = where.leading;
  for (auto part = it.a; part != 0;) {
    const auto many = text(part, where);
    if (many != 0) {
      for (std::uint32_t i = 0; i < many; ++i) part = tree_.nodes[part].next;
      leading = false;
      continue;
    }
    const auto next = tree_.nodes[part].next;
    emit(part, {{next, 0, &where.after}, false, where.always, leading});
    leading = leading && takes_nothing(tree_.nodes[part].what);
    part = next;
  }
}

/// The last part comes first. The links are turned round for the walk, and back again.
void compiler::sequence_back(std::uint32_t first, const place& where) {
  std::uint32_t turned = 0;
  const auto turn = [this, &turned](std::uint32_t from) {
    turned = 0;
    while (from != 0) {
      const auto next = tree_.nodes[from].next;
      tree_.nodes[from].next = turned;
      turned = from;
      from = next;
    }
  };
  turn(first);
  const auto last = turned;
  for (auto part = last; part != 0; part = tree_.nodes[part].next)
    emit(part, {{0, 0, nullptr}, true, where.always, false});
  turn(last);
}

/// A character that is one unit and equal to itself only.
bool compiler::plain_unit(const node& it) const {
  if (it.what != kind::character || it.a > 0xffff) return false;
  if (tree_.by_code_points() && it.a >= 0xd800 && it.a < 0xe000) return false;
  if ((it.traits & any_case) == 0) return true;
  return it.a < 128 && (it.a | 32) - 'a' >= 26;
}

/// How many nodes from `first` on became one piece of text.
std::uint32_t compiler::text(std::uint32_t first, const place& where) {
  std::uint32_t count = 0;
  for (auto it = first; it != 0 && count < 0xffff && plain_unit(tree_.nodes[it]); it = tree_.nodes[it].next) ++count;
  if (count < 2) return 0;
  put(op::text, count);
  require(tree_.nodes[first], where);
  auto it = first;
  for (std::uint32_t i = 0; i < count; i += 2) {
    auto word = tree_.nodes[it].a;
    it = tree_.nodes[it].next;
    if (i + 1 < count) {
      word |= tree_.nodes[it].a << 16;
      it = tree_.nodes[it].next;
    }
    put_word(word);
  }
  return count;
}

void compiler::character(const node& it, const place& where) {
  const auto unit = where.backward ? op::unit_back : op::character;
  require(it, where);
  if (plain_unit(it)) {
    put(unit, it.a);
  } else if (it.a > 0xffff && (it.traits & any_case) == 0) {
    const auto high = 0xd7c0 + (it.a >> 10);
    const auto low = 0xdc00 | (it.a & 0x3ff);
    put(unit, where.backward ? low : high);
    put(unit, where.backward ? high : low);
  } else if (!where.backward && it.a < 128 && !(tree_.by_code_points() && ((it.a | 32) == 'k' || (it.a | 32) == 's'))) {
    put(op::either);
    put_word((it.a & ~32U) | (it.a | 32U) << 16);
  } else {
    single(set_of_single(it), where);
  }
}

void compiler::single(std::uint32_t set, const place& where) { put(where.backward ? op::set_back : op::set, set); }

void compiler::group(const node& it, const place& where) {
  const auto save = where.always && !tree_.refers_back ? op::keep : op::save;
  put(save, 2 * it.b + (where.backward ? 1 : 0));
  emit(it.a, where);
  put(save, 2 * it.b + (where.backward ? 0 : 1));
}

void compiler::alternatives(const node& it, const place& where) {
  std::uint32_t count = 0;
  for (auto part = it.a; part != 0; part = tree_.nodes[part].next) ++count;
  if (!where.backward && count <= alternatives_with_sets_max) {
    alternatives_with_sets(it, where, count);
    return;
  }
  std::uint32_t exits = 0; // jumps to the end, linked through their targets
  const place inside{where.after, where.backward, false, false};
  for (auto part = it.a; part != 0; part = tree_.nodes[part].next) {
    const bool last = tree_.nodes[part].next == 0;
    const auto split = here();
    if (!last) {
      put(op::split);
      put_word(0);
    }
    emit(part, inside);
    if (last) break;
    put(op::jump);
    put_word(exits);
    exits = here() - 1;
    patch(split + 1);
  }
  while (exits != 0 && !code_.overflown()) {
    const auto next = code_[exits];
    patch(exits);
    exits = next;
  }
}

/// An alternative that the next character rules out is never tried, and one that rules out all later ones leaves
/// nothing to come back to.
void compiler::alternatives_with_sets(const node& it, const place& where, std::uint32_t count) {
  std::array<std::uint32_t, alternatives_with_sets_max> exits;
  const auto mine = sets_of_alternatives_.size();
  auto* firsts = sets_of_alternatives_.extend(2 * count);
  if (firsts == nullptr) return;
  std::uint32_t i = 0;
  for (auto part = it.a; part != 0; part = tree_.nodes[part].next) firsts[i++] = first_.of(part, where.after);
  for (auto k = count; k-- > 0;) { // what this one or a later one begins with
    firsts[count + k] = firsts[k];
    if (k + 1 < count) firsts[count + k].add(firsts[count + k + 1]);
  }
  const place inside{where.after, false, false, false};
  i = 0;
  for (auto part = it.a; part != 0; part = tree_.nodes[part].next, ++i) {
    const auto begin = here();
    const bool last = i + 1 == count;
    if (!last) {
      const auto own = sets_of_alternatives_[mine + i];
      const auto later = sets_of_alternatives_[mine + count + i + 1];
      if (own.anything)
        put(op::split);
      else
        put(own.apart_from(later) ? op::guard : op::guard_split, set_of(own));
      put_word(0);
    }
    emit(part, inside);
    if (last) break;
    put(op::jump);
    put_word(0);
    exits[i] = here() - 1;
    patch(begin + 1);
  }
  for (std::uint32_t k = 0; k + 1 < count; ++k) patch(exits[k]);
  sets_of_alternatives_.cut(mine);
}

void compiler::reference(const node& it, const place& where) {
  const auto at = here();
  put(where.backward ? op::reference_back : op::reference, 1);
  const bool any = (it.traits & any_case) != 0;
  put_word(!any ? 0 : tree_.by_code_points() ? 2 : 1);
  if (it.what == kind::back_reference) {
    put_word(it.b);
    return;
  }
  std::uint32_t count = 0;
  const auto name = std::u16string_view(tree_.names.begin() + it.b, it.c);
  for (const auto& group : tree_.groups)
    if (name == std::u16string_view(tree_.names.begin() + group.name, group.length)) {
      put_word(group.number);
      ++count;
    }
  if (!code_.overflown())
    code_[at] = static_cast<std::uint32_t>(where.backward ? op::reference_back : op::reference) | count << 8;
}

void compiler::look(const node& it) {
  const auto at = new_registers(2);
  const place inside{{}, (it.traits & behind) != 0, false, false};
  const bool inverted = (it.traits & negative) != 0;
  put(inverted ? op::look_not : op::look, at);
  const auto exit = here();
  if (inverted) put_word(0);
  emit(it.a, inside);
  put(inverted ? op::not_seen : op::seen, at);
  if (inverted) patch(exit);
}

} // namespace enclaved::regexp
