// Part of matcher.cpp: runs of characters that are members of one set.

/// At a `run`: takes what it can. False when it fails, with `room` or without.
template <class Unit, bool by_points>
bool matcher<Unit, by_points>::begin_run(std::uint32_t& pc, std::uint32_t& at, bool& room) {
  const auto* words = code_ + pc;
  const auto* set = sets_ + (words[0] >> 8);
  const auto least = words[1];
  const auto most = words[2];
  const auto mode = static_cast<run_mode>(words[4] & static_cast<std::uint32_t>(run_mode::mode_bits));
  if (mode == run_mode::shortest) {
    if (least != 0 && advance(set, least, at) < least) return false;
    // The number still allowed waits with it; what is tried now is the shortest.
    room = wait(longer | pc, at, most == UINT32_MAX ? most : most - least);
    return false; // what waits is asked at once
  }
  const auto begin = at;
  const auto count = advance(set, most, at);
  if ((words[4] & static_cast<std::uint32_t>(run_mode::leads)) != 0) skip_to_ = std::max(skip_to_, at);
  if (count < least) return false;
  if (mode == run_mode::longest && count > least) {
    auto shortest = begin;
    if (least != 0) {
      if constexpr (by_points)
        advance(set, least, shortest);
      else
        shortest += least;
    }
    const auto* follows = words[3] == no_follow ? nullptr : sets_ + words[3];
    if (follows != nullptr && !may_begin(follows, at)) {
      room = wait(shorter | pc, at, shortest);
      return false;
    }
    if (!wait(shorter | pc, at, shortest)) return room = false;
  }
  pc += run_words;
  return true;
}

/// A greedy run that led nowhere gives up one more character.
template <class Unit, bool by_points>
bool matcher<Unit, by_points>::shorten(std::uint32_t& pc, std::uint32_t& at) {
  auto& it = stack_[waiting_ - 1];
  const auto where = it.what & value_mask;
  const auto* words = code_ + where;
  const bool back = static_cast<op>(words[0] & 0xff) == op::run_back;
  const auto* follows = words[3] == no_follow ? nullptr : sets_ + words[3];
  const auto shortest = it.b;
  auto now = it.a;
  const auto begun = now;
  bool is = false;
  while (now != shortest) {
    if (back)
      take(now);
    else
      take_back(now);
    if (follows == nullptr || may_begin(follows, now)) {
      is = true;
      break;
    }
  }
  const auto looked = begun > now ? begun - now : now - begun;
  if (now == shortest)
    --waiting_;
  else
    it.a = now;
  pc = where + run_words;
  at = now;
  spend(looked >> 3);
  return is;
}

/// A lazy run goes on where what follows may begin, taking more characters up to there.
template <class Unit, bool by_points>
bool matcher<Unit, by_points>::lengthen(std::uint32_t& pc, std::uint32_t& at) {
  auto& it = stack_[waiting_ - 1];
  const auto where = it.what & value_mask;
  const auto* words = code_ + where;
  const bool back = static_cast<op>(words[0] & 0xff) == op::run_back;
  const auto* set = sets_ + (words[0] >> 8);
  const auto* follows = words[3] == no_follow ? nullptr : sets_ + words[3];
  auto now = it.a;
  auto left = it.b;
  const auto begun = now;
  bool is = false;
  bool more = true;
  for (;;) {
    is = follows == nullptr || may_begin(follows, now);
    const auto here = now;
    more = left != 0 && (back ? now > 0 : now < end_);
    if (more) {
      auto next = now;
      more = in_set(set, back ? take_back(next) : take(next));
      if (more) now = next;
    }
    if (!more && (words[4] & static_cast<std::uint32_t>(run_mode::leads)) != 0) skip_to_ = std::max(skip_to_, here);
    if (more && left != UINT32_MAX) --left;
    if (is || !more) {
      at = here;
      break;
    }
  }
  const auto looked = begun > now ? begun - now : now - begun;
  if (more) {
    it.a = now;
    it.b = left;
  } else {
    --waiting_;
  }
  pc = where + run_words;
  spend(1 + (looked >> 3));
  return is;
}

/// Inside of a look behind; what is there is short as a rule, so nothing is decided by looking.
template <class Unit, bool by_points>
bool matcher<Unit, by_points>::begin_run_back(std::uint32_t& pc, std::uint32_t& at, bool& room) {
  const auto* words = code_ + pc;
  const auto* set = sets_ + (words[0] >> 8);
  const auto least = words[1];
  const auto most = words[2];
  const bool lazily = static_cast<run_mode>(words[4]) == run_mode::shortest;
  std::uint32_t count = 0;
  auto shortest = at;
  while (at > 0 && count < (lazily ? least : most)) {
    auto next = at;
    if (!in_set(set, take_back(next))) break;
    at = next;
    if (++count == least) shortest = at;
  }
  spend(count >> 2);
  if (count < least) return false;
  if (lazily) {
    room = wait(longer | pc, at, most == UINT32_MAX ? most : most - least);
    return false;
  }
  if (count > least && !wait(shorter | pc, at, shortest)) return room = false;
  pc += run_words;
  return true;
}
