// What outlives the process: the journals of durable sessions.
//
// A session has a number, a head (who it is and what it may do) and entries, which are numbered from 1 without holes.
// Beside sessions there are named notes, for what belongs to none. What bodies mean is their writer's business; the
// store guards them by a checksum each. Calls block, so one thread of its own makes them all.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace enclaved::store {

/// Names a session in this store; never used twice.
using session_number = std::uint64_t;

/// What is written together: all of it or nothing, in this order.
struct change {
  enum class kind : std::uint8_t {
    append,      ///< entry `number` of `session`
    put_head,    ///< of `session`; replaces the one before
    trim,        ///< entries of `session` below `number` are not needed any more
    remove,      ///< `session`, whole; `number` is one more than its last entry's, 0: unknown
    put_note,    ///< called `name`; replaces the one before
    remove_note, ///< called `name`
  };
  kind what = kind::append;
  session_number session = 0;
  std::uint64_t number = 0;
  std::string name = {};
  std::string body = {};
  /// Of `trim` and `remove`: where the entries begin, 0: with 1. Entries are deleted one by one when it is known that
  /// they are few, which is much cheaper to read past than a deleted range.
  std::uint64_t first = 0;
};
using changes = std::vector<change>;

/// A body that was read. One that cannot be read is told, never skipped.
struct piece {
  std::uint64_t number = 0; ///< of an entry, or the session's of a head
  std::string name = {};    ///< of a note
  std::string body = {};
  /// Then there is no body. Where a stretch of the disk cannot be read, one piece stands for it: its number or name is
  /// the last that may lie there, and what lay between the piece before and that one is unknown.
  bool damaged = false;
};
using pieces = std::vector<piece>;

class store {
public:
  virtual ~store() = default;

  /// Durable when it returns. After an error nothing of it is there, or all of it: that is settled by `recover`, or by
  /// the next start. `unavailable`: waiting can help, the message says what to do, and nothing is written before
  /// `recover` has succeeded. `internal`: nothing may be acknowledged any more; only a new start helps.
  virtual status write(const changes& what) = 0;

  /// Entries of a session from `first` on, at least one while there is one, and then about as many bytes as asked for.
  virtual result<pieces> entries(session_number of, std::uint64_t first, std::size_t bytes) const = 0;
  /// Heads of the sessions behind `after`, in the order of their numbers.
  virtual result<pieces> heads(session_number after, std::size_t count) const = 0;
  virtual result<std::optional<piece>> head(session_number of) const = 0;
  virtual result<std::optional<piece>> note(std::string_view name) const = 0;
  /// Notes whose names begin so, behind `after`.
  virtual result<pieces> notes(std::string_view beginning, std::string_view after, std::size_t count) const = 0;

  /// A copy of everything that is durable now, in a folder that does not exist yet, while the store is in use.
  virtual status backup(const std::string& folder) = 0;
  /// Whether writes can succeed; tries to get there again when they could not. It opens the database anew, so it may
  /// take as long as a start. A batch whose write has failed may be there afterwards; to write it again does no harm.
  virtual status recover() = 0;
};

/// Keeps everything in memory; a backup of it is an error.
std::unique_ptr<store> make_memory_store();

enum class open_mode : std::uint8_t {
  /// Makes the folder when there is none; at most one process at a time. On a full disk it can be read, and `recover`
  /// goes on from there.
  read_write,
  read_only, ///< beside whoever writes, as it was when it was opened
};
/// `unavailable`: waiting can help. `conflict`: somebody else has it, or it is of another format. `internal`: it is
/// damaged.
result<std::unique_ptr<store>> open_rocksdb_store(const std::string& folder, open_mode mode);

} // namespace enclaved::store
