#include "base/endpoint.hpp"

#include <algorithm>
#include <charconv>

namespace enclaved {

namespace {

constexpr std::size_t host_bytes = 253; // the longest name in DNS

bool is_host_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

bool is_address_char(char c) { return is_host_char(c) || c == ':' || c == '%'; }

} // namespace

bool endpoint::is_loopback() const { return host == "localhost" || host == "::1" || host.starts_with("127."); }

std::string endpoint::text() const {
  if (off()) return {};
  const bool brackets = host.find(':') != std::string::npos;
  return (brackets ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

std::optional<endpoint> parse_endpoint(std::string_view text) {
  if (text.empty()) return endpoint{};
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto host = text.substr(0, colon);
  const auto digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (failed != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host.empty() || host.size() > host_bytes) return std::nullopt;
  if (!std::all_of(host.begin(), host.end(), bracketed ? is_address_char : is_host_char)) return std::nullopt;
  return endpoint{std::string(host), port};
}

} // namespace enclaved
