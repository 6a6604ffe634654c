// Ids that nobody can guess, and the check of names that clients choose.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace enclaved {

/// Fills `out` with bytes of the kernel's generator, fetched in blocks; a forked child starts a block of its own.
void random_bytes(std::span<std::uint8_t> out);
std::uint64_t random_number();

std::string new_session_id();   ///< "s_" and a random UUID (version 4)
std::string new_execution_id(); ///< "e_" and 26 characters of base32: 128 random bits

/// What a client may call a session: [A-Za-z0-9_.:-]{1,128}.
bool is_name(std::string_view text);

} // namespace enclaved
