// After a power cut everything that was acknowledged is there, and every batch whole or not at all.
#include "store/database.hpp"

#include "folder.hpp"
#include "power_cut.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <optional>

using namespace enclaved;
using namespace enclaved::store;
using kind = change::kind;

namespace {

constexpr std::size_t kib = 1024;

/// A journal's life: sessions come, grow, are trimmed and go; notes of all of them. The same for the same seed.
class workload {
public:
  explicit workload(std::uint64_t seed) : chance_(seed) {}

  changes next() {
    changes batch;
    for (auto left = 1 + chance_() % 6; left > 0; --left) add(batch);
    return batch;
  }

private:
  struct session {
    std::uint64_t first = 1, next = 1;
  };

  std::string bytes() {
    return std::string(chance_() % 8 == 0 ? 20 * kib : 200, static_cast<char>('a' + chance_() % 26));
  }

  void add(changes& to) {
    const session_number of = 1 + chance_() % 12;
    auto& now = sessions_[of];
    switch (chance_() % 10) {
    case 0: to.push_back({kind::put_head, of, 0, {}, bytes()}); return;
    case 1: {
      const auto oldest = now.first;
      if (now.next > now.first + 1) now.first += 1 + chance_() % (now.next - now.first - 1);
      to.push_back({kind::trim, of, now.first, {}, {}, chance_() % 2 == 0 ? oldest : 0});
      return;
    }
    case 2:
      to.push_back({kind::remove, of, chance_() % 2 == 0 ? now.next : 0, {}, {}, now.first});
      sessions_.erase(of);
      return;
    case 3: to.push_back({kind::put_note, 0, 0, "x/" + std::to_string(chance_() % 50), bytes()}); return;
    case 4: to.push_back({kind::remove_note, 0, 0, "x/" + std::to_string(chance_() % 50)}); return;
    default: to.push_back({kind::append, of, now.next++, {}, bytes()}); return;
    }
  }

  std::mt19937_64 chance_;
  std::map<session_number, session> sessions_;
};

/// Everything in a store, as one text to compare.
std::string all_of(const store::store& one) {
  std::string out;
  const auto add = [&out](const result<pieces>& some) {
    REQUIRE(some);
    for (const auto& each : *some)
      (out += std::to_string(each.number) + each.name + (each.damaged ? " damaged " : " ") + each.body) += '\n';
    out += "--\n";
  };
  add(one.heads(0, 1'000));
  for (session_number of = 1; of <= 12; ++of) add(one.entries(of, 1, 1'000'000'000));
  add(one.notes("", "", 1'000));
  return out;
}

/// What there is after so many batches of a workload.
std::string expected(std::uint64_t seed, std::uint64_t batches) {
  workload same(seed);
  const auto model = make_memory_store();
  for (std::uint64_t i = 0; i < batches; ++i) REQUIRE(model->write(same.next()));
  return all_of(*model);
}

/// A store on a disk whose power goes away; 0 operations: before the power stays.
struct cuttable {
  cuttable(const std::string& root, const std::string& after, std::uint64_t seed)
      : disk(std::make_shared<test::power_cut>(root, after, seed, [this] { safe = acknowledged.load(); })),
        env(rocksdb::NewCompositeEnv(disk)), place{root, env.get(), 64 * kib} {}

  std::atomic<std::uint64_t> acknowledged = 0;
  std::uint64_t safe = 0; ///< acknowledged at the cut
  std::shared_ptr<test::power_cut> disk;
  std::unique_ptr<rocksdb::Env> env;
  database_place place;
};

/// The state of a store, which must open.
std::string state_in(const std::string& folder) {
  const auto one = open_rocksdb_store(folder, open_mode::read_write);
  INFO((one ? std::string() : one.problem().message));
  REQUIRE(one);
  return all_of(**one);
}

void check_after_cut(const std::string& folder, std::uint64_t seed, std::uint64_t safe) {
  const auto found = state_in(folder);
  const bool acknowledged = found == expected(seed, safe);
  CHECK((acknowledged || found == expected(seed, safe + 1)));
}

/// Works until the power is gone.
void work(cuttable& at, std::uint64_t seed, std::uint64_t most) {
  auto one = open_rocksdb_store_at(at.place, open_mode::read_write);
  REQUIRE(one);
  workload run(seed);
  for (std::uint64_t i = 0; i < most && !at.disk->was_cut(); ++i) {
    REQUIRE((*one)->write(run.next()));
    ++at.acknowledged;
  }
}

std::uint64_t rounds() {
  const char* wanted = std::getenv("ENCLAVED_POWER_CUTS");
  return wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 10;
}

} // namespace

TEST_CASE("a power cut at any time loses nothing that was acknowledged and keeps batches whole") {
  for (std::uint64_t seed = 1; seed <= rounds(); ++seed) {
    INFO("seed " << seed);
    test::folder in;
    std::mt19937_64 chance(seed);
    cuttable first(in.at("store"), in.at("after"), seed);
    first.disk->cut_after(1 + chance() % 2'000);
    work(first, seed, 600);
    if (!first.disk->was_cut()) continue;
    // A store that was never made whole may be empty.
    check_after_cut(in.at("after"), seed, first.safe);
  }
}

TEST_CASE("a power cut while a store is opened after a power cut loses nothing either") {
  for (std::uint64_t seed = 1; seed <= rounds(); ++seed) {
    INFO("seed " << seed);
    test::folder in;
    std::mt19937_64 chance(seed);
    cuttable first(in.at("store"), in.at("after"), seed);
    first.disk->cut_after(200 + chance() % 1'500);
    work(first, seed, 600);
    if (!first.disk->was_cut()) continue;
    cuttable second(in.at("after"), in.at("again"), seed);
    second.disk->cut_after(1 + chance() % 40);
    REQUIRE(open_rocksdb_store_at(second.place, open_mode::read_write));
    check_after_cut(in.at(second.disk->was_cut() ? "again" : "after"), seed, first.safe);
  }
}
