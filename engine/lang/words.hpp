// Words in names, as the scoring gate understands them: `apiKey`, `api_key` and `API-KEY` are the same two.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace enclaved::engine::lang {

/// The words of a name or text, in small ASCII letters; bounded.
std::vector<std::string> words_of(std::string_view text);

bool is_sensitive(std::string_view name); ///< passwords, keys, numbers of cards and people
bool is_limit(std::string_view key);      ///< how many entries are asked for
bool is_wildcard(std::string_view text);  ///< a pattern or query that fits everything
bool is_bulk(std::string_view tool);
bool reads_many(std::string_view tool); ///< lists, searches, exports
bool sends(std::string_view tool);      ///< hands something to the outside

/// For messages: not too long, and UTF-8.
std::string shown(std::string_view text);

} // namespace enclaved::engine::lang
