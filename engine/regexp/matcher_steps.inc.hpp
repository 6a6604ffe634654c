// Part of matcher.cpp: the instructions, one after the other.

template <class Unit, bool by_points>
found matcher<Unit, by_points>::run(std::uint32_t from) {
  auto pc = what_.code;
  auto at = from;
  bool room = true;
  waiting_ = 0;
  for (;;) {
    const auto word = code_[pc];
    const auto argument = word >> 8;
    switch (static_cast<op>(word & 0xff)) {
    case op::match: return found::yes;
    case op::fail: goto failed;
    case op::character:
      if (at == end_ || text_[at] != argument) goto failed;
      ++at;
      ++pc;
      continue;
    case op::either: {
      if (at == end_) goto failed;
      const std::uint32_t c = text_[at];
      const auto two = code_[pc + 1];
      if (c != (two & 0xffff) && c != two >> 16) goto failed;
      ++at;
      pc += 2;
      continue;
    }
    case op::text:
      if (end_ - at < argument || !equal_text(code_ + pc + 1, argument, at)) goto failed;
      if (argument > 16) spend(argument >> 4);
      at += argument;
      pc += 1 + (argument + 1) / 2;
      continue;
    case op::set:
      if (at == end_ || !in_set(sets_ + argument, take(at))) goto failed;
      ++pc;
      continue;
    case op::unit_back:
      if (at == 0 || text_[at - 1] != argument) goto failed;
      --at;
      ++pc;
      continue;
    case op::set_back:
      if (at == 0 || !in_set(sets_ + argument, take_back(at))) goto failed;
      ++pc;
      continue;
    case op::begin:
      if (at != 0) goto failed;
      ++pc;
      continue;
    case op::end:
      if (at != end_) goto failed;
      ++pc;
      continue;
    case op::line_begin:
      if (at != 0 && !is_newline(at - 1)) goto failed;
      ++pc;
      continue;
    case op::line_end:
      if (at != end_ && !is_newline(at)) goto failed;
      ++pc;
      continue;
    case op::boundary:
      if (!at_boundary(at, argument)) goto failed;
      ++pc;
      continue;
    case op::no_boundary:
      if (at_boundary(at, argument)) goto failed;
      ++pc;
      continue;
    case op::jump: {
      const auto to = code_[pc + 1];
      if (to <= pc) spend(1);
      pc = to;
      continue;
    }
    case op::split:
      if (!wait(choice | code_[pc + 1], at)) return found::too_complex;
      pc += 2;
      continue;
    case op::split_other:
      if (!wait(choice | (pc + 2), at)) return found::too_complex;
      pc = code_[pc + 1];
      continue;
    case op::guard:
      if (may_begin(sets_ + argument, at)) {
        pc += 2;
      } else {
        spend(1);
        pc = code_[pc + 1];
      }
      continue;
    case op::guard_split:
      if (may_begin(sets_ + argument, at)) {
        if (!wait(choice | code_[pc + 1], at)) return found::too_complex;
        pc += 2;
      } else {
        spend(1);
        pc = code_[pc + 1];
      }
      continue;
    case op::run:
      if (begin_run(pc, at, room)) continue;
      goto failed_or_full;
    case op::run_back:
      if (begin_run_back(pc, at, room)) continue;
      goto failed_or_full;
    case op::save:
      if (!set_register(argument, at)) return found::too_complex;
      ++pc;
      continue;
    case op::keep:
      registers_[argument] = at;
      ++pc;
      continue;
    case op::clear: {
      const auto last = argument + code_[pc + 1];
      for (auto i = argument; i < last; ++i)
        if (registers_[i] != unset && !set_register(i, unset)) return found::too_complex;
      spend((last - argument) >> 3);
      pc += 2;
      continue;
    }
    case op::mark:
      if (!set_register(argument, at)) return found::too_complex;
      ++pc;
      continue;
    case op::advanced:
      if (registers_[argument] == at) goto failed;
      ++pc;
      continue;
    case op::count:
      if (!set_register(argument, 0)) return found::too_complex;
      ++pc;
      continue;
    case op::again: {
      const auto times = registers_[argument];
      spend(1);
      if (times >= code_[pc + 1]) {
        if (times >= code_[pc + 2]) {
          pc = code_[pc + 3];
          continue;
        }
        if (code_[pc + 4] != 0) { // lazy: leaving comes first, and another round waits
          if (!wait(choice | (pc + 5), at)) return found::too_complex;
          pc = code_[pc + 3];
          continue;
        }
        if (!wait(choice | code_[pc + 3], at)) return found::too_complex;
      }
      pc += 5;
      continue;
    }
    case op::once_more: {
      const auto times = registers_[argument] + 1;
      // A round that was not needed and took nothing is none.
      if (times > code_[pc + 1] && registers_[argument + 1] == at) goto failed;
      if (!set_register(argument, times)) return found::too_complex;
      pc = code_[pc + 2];
      continue;
    }
    case op::reference:
      if (!refer(code_ + pc, at, false)) goto failed;
      pc += 2 + argument;
      continue;
    case op::reference_back:
      if (!refer(code_ + pc, at, true)) goto failed;
      pc += 2 + argument;
      continue;
    case op::look:
      registers_[argument] = waiting_;
      registers_[argument + 1] = at;
      ++pc;
      continue;
    case op::seen:
      forget_choices(registers_[argument]);
      at = registers_[argument + 1];
      ++pc;
      continue;
    case op::look_not:
      registers_[argument] = waiting_;
      if (!wait(choice | code_[pc + 1], at)) return found::too_complex;
      pc += 2;
      continue;
    case op::not_seen: put_back(registers_[argument]); goto failed;
    }
  failed_or_full:
    if (!room) return found::too_complex;
  failed:
    for (;;) {
      spend(1);
      if (waiting_ == 0 || hopeless_) return found::no;
      const auto& it = stack_[waiting_ - 1];
      const auto kind = it.what & ~value_mask;
      if (kind == undo) {
        registers_[it.what & value_mask] = it.a;
        --waiting_;
        continue;
      }
      if (kind == choice) {
        pc = it.what;
        at = it.a;
        --waiting_;
        break;
      }
      if (kind == shorter ? shorten(pc, at) : lengthen(pc, at)) break;
    }
  }
}
