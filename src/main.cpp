// Start-up. A process of ours is a zygote when it was started as one; otherwise its command line says what it does.
#include "cli/commands.hpp"
#include "edge/tls_tunnel.hpp"
#include "engine/zygote.hpp"
#include "roles.hpp"
#include "serve.hpp"
#include "store_tools.hpp"

#include <csignal>
#include <string>
#include <vector>

namespace {

using namespace enclaved;

result<cli::unique_fd> wrap_in_tls(cli::unique_fd connected, const std::string& name, const cli::tls_options& how,
                                   std::uint32_t timeout_ms) {
  auto plain =
      edge::open_tls_tunnel(connected.release(), name, {how.ca_file, how.certificate_file, how.key_file}, timeout_ms);
  if (!plain) return plain.problem();
  return cli::unique_fd(*plain);
}

} // namespace

int main(int argc, char** argv) {
  engine::become_zygote_if_asked(argc, argv);
  std::signal(SIGPIPE, SIG_IGN); // a peer that is gone is an error value where it is written to
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  const int status = cli::dispatch(
      arguments,
      {.serve = serve, .start_embedded = start_embedded, .wrap_in_tls = wrap_in_tls, .store = store_tools()});
  end_embedded();
  return status;
}
