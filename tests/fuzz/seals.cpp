// The smallest parts of the store's format from any bytes: keys and seals, what index notes name.
//
// The first byte is the length of a key, which comes next; what follows is a value.
#include "store/body_seal.hpp"
#include "store/index_notes.hpp"
#include "store/keys.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

using namespace enclaved::store;

namespace {

void must(bool holds) {
  if (!holds) std::abort();
}

void check_order(std::string_view key) {
  const auto end = keys::end_of(std::string(key));
  must(end.empty() || (end > key && end > std::string(key) + '\xff'));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const auto key = all.substr(1, static_cast<unsigned char>(all[0]));
  const auto value = all.substr(1 + key.size());
  check_order(key);
  // Whatever opens is what sealing makes, and what was sealed opens under its key alone.
  if (const auto body = unsealed(key, value)) must(sealed(key, *body) == value);
  const auto good = sealed(key, value);
  must(unsealed(key, good) == value);
  must(!unsealed(std::string(key) + 'x', good));
  if (!good.empty() && !key.empty()) {
    auto bad = good;
    const auto at = static_cast<unsigned char>(key[0]) % bad.size();
    bad[at] = static_cast<char>(bad[at] ^ (1 << (key.size() % 8)));
    must(!unsealed(key, bad));
  }
  const auto named = session_named_by(key, value);
  must(named.well_formed || !named.session);
  return 0;
}
