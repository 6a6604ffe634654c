// Repetition: runs of single characters by themselves, everything else as loops.
#include "engine/regexp/compiler.hpp"

namespace enclaved::regexp {

namespace {

bool is_word_unit(std::uint32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

} // namespace

bool compiler::is_single(const node& it) const { return it.what == kind::set || it.what == kind::character; }

/// A shorter run of word characters is followed by another one, so not by a boundary; likewise one of other characters.
bool compiler::ends_at_boundary(std::uint32_t set, std::uint32_t least, const place& where) const {
  if (least == 0 || where.after.next == 0 || set + set_words > sets_.size()) return false;
  const auto& next = tree_.nodes[where.after.next];
  if (next.what != kind::boundary || ((next.traits & any_case) != 0 && tree_.by_code_points())) return false;
  bool words = false;
  bool others = (sets_[set + 8] & set_high) != 0;
  for (std::uint32_t c = 0; c < 256; ++c)
    if ((sets_[set + (c >> 5)] >> (c & 31) & 1) != 0) (is_word_unit(c) ? words : others) = true;
  return words != others;
}

void compiler::run_of(const node& it, const place& where) {
  if (it.b > 0) require(tree_.nodes[it.a], where);
  const auto set = set_of_single(tree_.nodes[it.a]);
  const bool is_lazy = (it.traits & lazy) != 0;
  if (where.backward) {
    put(op::run_back, set);
    put_word(it.b);
    put_word(it.c);
    put_word(no_set);
    put_word(static_cast<std::uint32_t>(is_lazy ? run_mode::shortest : run_mode::longest));
    return;
  }
  const auto own = first_.of(it.a, {});
  const auto after = first_.of(where.after);
  auto mode = is_lazy ? run_mode::shortest : run_mode::longest;
  // A lazy run that what follows cannot interrupt goes as far as a greedy one.
  if (own.apart_from(after) || (!is_lazy && ends_at_boundary(set, it.b, where))) mode = run_mode::whole;
  const bool leads = where.leading && it.c == no_limit && !tree_.refers_back;
  put(op::run, set);
  put_word(it.b);
  put_word(it.c);
  put_word(after.anything || mode == run_mode::whole ? no_set : set_of(after));
  put_word(static_cast<std::uint32_t>(mode) | (leads ? static_cast<std::uint32_t>(run_mode::leads) : 0));
}

void compiler::repeat(const node& it, const place& where) {
  const auto& body = tree_.nodes[it.a];
  if (it.c == 0) return;
  if (it.b == 1 && it.c == 1) {
    emit(it.a, where);
  } else if (is_single(body)) {
    run_of(it, where);
  } else if (it.b == 0 && it.c == 1) {
    optional(it, where);
  } else if (it.b == 0 && it.c == no_limit) {
    star(it, where);
  } else if (it.b == 1 && it.c == no_limit && body.shortest > 0) {
    plus(it, where);
  } else {
    counted(it, where);
  }
}

/// Either goes on with the body, or leaves to the word whose place it answers.
std::uint32_t compiler::choice(const node& it, const place& where, const place& body) {
  const bool is_lazy = (it.traits & lazy) != 0;
  if (!where.backward) {
    const auto inside = first_.of(it.a, body.after);
    const auto outside = first_.of(where.after);
    if (inside.apart_from(outside)) {
      put(op::guard, set_of(inside));
      put_word(0);
      return here() - 1;
    }
    if (!is_lazy && !inside.anything) {
      put(op::guard_split, set_of(inside));
      put_word(0);
      return here() - 1;
    }
  }
  if (!is_lazy) {
    put(op::split);
    put_word(0);
    return here() - 1;
  }
  put(op::split_other);
  put_word(here() + 3);
  put(op::jump);
  put_word(0);
  return here() - 1;
}

void compiler::clear_groups(const node& it) {
  if (it.groups == 0) return;
  put(op::clear, 2U * it.first_group);
  put_word(2U * it.groups);
}

void compiler::optional(const node& it, const place& where) {
  const place body{where.after, where.backward, false, false};
  const auto exit = choice(it, where, body);
  const bool may_be_empty = tree_.nodes[it.a].shortest == 0;
  const auto mark = may_be_empty ? new_registers(1) : 0;
  if (may_be_empty) put(op::mark, mark);
  emit(it.a, body);
  if (may_be_empty) put(op::advanced, mark);
  patch(exit);
}

void compiler::star(const node& it, const place& where) {
  const place body{{0, it.a, &where.after}, where.backward, false, false};
  const bool may_be_empty = tree_.nodes[it.a].shortest == 0;
  const auto mark = may_be_empty ? new_registers(1) : 0;
  const auto top = here();
  const auto exit = choice(it, where, body);
  clear_groups(it);
  if (may_be_empty) put(op::mark, mark);
  emit(it.a, body);
  if (may_be_empty) put(op::advanced, mark);
  put(op::jump);
  put_word(top);
  patch(exit);
}

/// The body takes something each time: the question whether to go on comes after it.
void compiler::plus(const node& it, const place& where) {
  const place body{{0, it.a, &where.after}, where.backward, false, false};
  const auto top = here();
  clear_groups(it);
  emit(it.a, body);
  const auto exit = choice(it, where, body);
  put(op::jump);
  put_word(top);
  patch(exit);
}

void compiler::counted(const node& it, const place& where) {
  const place body{{0, it.a, &where.after}, where.backward, false, false};
  const auto count = new_registers(2);
  put(op::count, count);
  const auto top = here();
  put(op::again, count);
  put_word(it.b);
  put_word(it.c);
  const auto exit = here();
  put_word(0);
  put_word((it.traits & lazy) != 0 ? 1 : 0);
  put(op::mark, count + 1);
  clear_groups(it);
  emit(it.a, body);
  put(op::once_more, count);
  put_word(it.b);
  put_word(top);
  patch(exit);
}

} // namespace enclaved::regexp
