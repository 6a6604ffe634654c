// Trees to programs.
#pragma once

#include "engine/regexp/first.hpp"
#include "engine/regexp/program.hpp"

namespace enclaved::regexp {

/// A pattern's program; the view holds until the workspace is used again. When the pattern is wrong the view is empty
/// and `wrong` says why.
struct compiled {
  const program* code = nullptr;
  problem wrong{};
};
compiled compile(workspace& in, std::string_view body, std::uint8_t flags);

class compiler {
public:
  compiler(workspace& in, tree& of);
  bool run();
  const program* code() const { return reinterpret_cast<const program*>(code_.begin()); }

private:
  static constexpr std::uint32_t words_max = 1U << 22;
  static constexpr std::uint32_t no_set = no_follow;

  /// Where a node stands.
  struct place {
    continuation after;
    bool backward = false;
    bool always = true;  ///< each match passes here, once
    bool leading = true; ///< nothing before takes a character
  };

  // -- writing
  std::uint32_t here() const { return code_.size(); }
  void put(op what, std::uint32_t argument = 0) { code_.push(static_cast<std::uint32_t>(what) | argument << 8); }
  void put_word(std::uint32_t word) { code_.push(word); }
  void patch(std::uint32_t at) {
    if (at < code_.size()) code_[at] = here();
  }
  std::uint32_t new_registers(std::uint32_t count) {
    registers_ += count;
    return registers_ - count;
  }
  std::uint32_t set_of(const range* begin, const range* end);
  std::uint32_t set_of(const first_set& from);
  std::uint32_t keep_set(std::uint32_t at);

  // -- nodes
  void emit(std::uint32_t which, const place& where);
  void sequence(const node& it, const place& where);
  void sequence_back(std::uint32_t first, const place& where);
  std::uint32_t text(std::uint32_t first, const place& where);
  void require(const node& it, const place& where) {
    if (where.always && !where.backward && plain_unit(it)) required_ = it.a;
  }
  void character(const node& it, const place& where);
  void single(std::uint32_t set, const place& where);
  void alternatives(const node& it, const place& where);
  void alternatives_with_sets(const node& it, const place& where, std::uint32_t count);
  void group(const node& it, const place& where);
  void repeat(const node& it, const place& where);
  void run_of(const node& it, const place& where);
  void optional(const node& it, const place& where);
  void star(const node& it, const place& where);
  void plus(const node& it, const place& where);
  void counted(const node& it, const place& where);
  std::uint32_t choice(const node& it, const place& where, const place& body);
  void clear_groups(const node& it);
  void reference(const node& it, const place& where);
  void look(const node& it);
  bool plain_unit(const node& it) const;
  bool is_single(const node& it) const;
  std::uint32_t set_of_single(const node& it);
  bool ends_at_boundary(std::uint32_t set, std::uint32_t least, const place& where) const;

  // -- the head
  void find_start();
  std::uint32_t first_of(std::uint32_t which) const;
  void literal_of(std::uint32_t which);
  void write_names();

  workspace& in_;
  tree& tree_;
  first_finder first_;
  pile<std::uint32_t> code_;
  pile<std::uint32_t> sets_;
  pile<first_set> sets_of_alternatives_;
  std::uint32_t registers_;
  std::uint32_t required_ = no_unit;
  std::uint32_t last_set_ = no_set; ///< sets are linked backwards, for finding one that is there already
};

} // namespace enclaved::regexp
