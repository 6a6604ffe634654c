#include "store/walk.hpp"

#include <algorithm>

namespace enclaved::store {

namespace {

/// By how much longer than known keys the end of a gap is told, where keys differ in length.
constexpr std::size_t precision_bytes = 8;

/// A key as a number with its highest byte first; false: it has become too large.
bool add_power_of_two(std::string& key, std::size_t power) {
  auto carry = 1U << (power % 8);
  for (auto at = key.size() - power / 8; carry != 0 && at > 0; --at) {
    const auto sum = static_cast<unsigned char>(key[at - 1]) + carry;
    key[at - 1] = static_cast<char>(sum & 0xff);
    carry = sum >> 8;
  }
  return carry == 0;
}

} // namespace

walk::walk(rocksdb::DB& db, std::string first, std::string end, std::size_t key_bytes)
    : end_(std::move(end)), key_bytes_(key_bytes), bound_(end_), next_(std::move(first)) {
  rocksdb::ReadOptions how;
  how.iterate_upper_bound = &bound_;
  at_.reset(db.NewIterator(how));
}

walk::found walk::next() {
  if (standing_) {
    next_.assign(at_->key().data(), at_->key().size()).push_back('\0');
    at_->Next();
  } else {
    at_->Seek(next_);
  }
  standing_ = at_->Valid();
  if (standing_) return found::record;
  failure_ = at_->status();
  if (failure_.ok()) return found::end;
  if (!failure_.IsCorruption()) return found::failed;
  if (gap_reaches_end()) return found::end;
  next_ = behind(next_);
  return found::gap;
}

bool walk::unreadable(const std::string& from) {
  at_->Seek(from);
  return at_->status().IsCorruption();
}

/// Doubles the distance until a seek succeeds, and then halves it.
std::string walk::behind(const std::string& first_lost) {
  auto lost = first_lost;
  lost.resize(key_bytes_ != 0 ? key_bytes_ : std::max(end_.size(), first_lost.size()) + precision_bytes, '\0');
  const auto lost_at = [this, &lost](std::size_t power) {
    auto there = lost;
    if (!add_power_of_two(there, power) || there >= end_ || !unreadable(there)) return false;
    lost = std::move(there);
    return true;
  };
  const auto start = lost;
  std::size_t power = 0;
  for (auto reached = lost; power < 8 * lost.size(); ++power) {
    lost = start;
    if (!lost_at(power)) {
      lost = std::move(reached);
      break;
    }
    reached = lost;
  }
  while (power > 0) lost_at(--power);
  const bool fits = add_power_of_two(lost, 0);
  return fits && lost < end_ ? lost : end_;
}

} // namespace enclaved::store
