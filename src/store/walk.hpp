// Going over the keys of a database, past blocks of a table that cannot be read.
//
// When a block is damaged, its keys are unknown. What can be found out is where reading goes on: a seek fails exactly
// while it leads into that block. So the gap is told by its ends, and what is behind it is read.
#pragma once

#include <cstddef>
#include <memory>
#include <rocksdb/db.h>
#include <string>
#include <string_view>

namespace enclaved::store {

class walk {
public:
  /// Over keys from `first` to before `end`. `key_bytes` is the length of all of them, 0: they differ.
  walk(rocksdb::DB& db, std::string first, std::string end, std::size_t key_bytes);

  enum class found { record, gap, end, failed };
  /// The next record, or the gap before it.
  found next();

  std::string_view key() const { return {at_->key().data(), at_->key().size()}; }
  std::string_view value() const { return {at_->value().data(), at_->value().size()}; }
  /// Of a gap: where reading goes on; the walk's end when nothing more can be read.
  const std::string& behind_gap() const { return next_; }
  bool gap_reaches_end() const { return next_ == end_; }
  const rocksdb::Status& failure() const { return failure_; }

private:
  bool unreadable(const std::string& from);
  std::string behind(const std::string& first_lost);

  std::string end_;
  std::size_t key_bytes_;
  rocksdb::Slice bound_;
  std::unique_ptr<rocksdb::Iterator> at_;
  std::string next_; ///< the smallest key that has not been looked at; where the iterator stands when that is valid
  bool standing_ = false;
  rocksdb::Status failure_;
};

} // namespace enclaved::store
