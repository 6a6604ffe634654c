#include "edge/greeting.hpp"

#include <algorithm>
#include <chrono>

namespace enclaved::edge {

std::string hello_result(const server_options& options, const wire::principal& who) {
  const auto& info = options.info;
  const auto level = std::min(info.security_max, who.security_max);
  const auto& limits = info.levels[static_cast<std::size_t>(level)].ceilings;
  pack::buffer out;
  pack::writer to{out};
  to.map(6);
  to.str("server").str("enclaved");
  to.str("version").str(info.version);
  to.str("protocol").number(1);
  to.str("node").str(info.node);
  to.str("role").str(info.role);
  to.str("limits").map(limits_count + 4);
  to.str("security").str(name(level));
  to.str("message_bytes").number(options.bounds.message_bytes);
  to.str("nesting").number(bounds::nesting);
  to.str("requests_in_flight").number(options.bounds.requests_in_flight);
  for (const auto& row : limit_rows()) to.str(row.name).number(limits.*row.field);
  return std::move(out.bytes);
}

std::string ping_result() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto time_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  pack::buffer out;
  pack::writer to{out};
  to.map(1).str("time").integer(time_ms);
  return std::move(out.bytes);
}

} // namespace enclaved::edge
