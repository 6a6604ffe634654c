// The zygote: our own binary started anew with nothing but a control socket. It builds the heap image once, prepares
// the jail once, and then forks worker processes that have both. It runs no script and holds no secret; when it dies or
// falls silent its workers die with it and a new one is started.
//
//   to the zygote     8 bytes: what (32 bits), worker (32 bits); a fork carries two descriptors: the worker's pipe, its
//   memory from the zygote   frames as on every link:
//                     [1, version, layers, identity] ready   [2, worker, pid] born   [3, worker, errno] not born
//                     [4, worker, status] ended (as waitpid tells it)   [5] pong
#pragma once

#include "base/result.hpp"
#include "engine/nursery.hpp"
#include "engine/sandbox.hpp"

#include <cstdint>
#include <string_view>
#include <sys/types.h>

namespace enclaved::engine {

inline constexpr std::uint32_t zygote_version = 1;

enum class zygote_order : std::uint32_t { fork = 1, kill = 2, ping = 3 };

/// What a zygote tells. `id` names a worker; `number` is its pid, an errno or a wait status.
struct zygote_news {
  enum class kind : std::uint8_t { ready = 1, born, not_born, ended, pong };
  kind what = kind::pong;
  std::uint32_t id = 0;
  std::int64_t number = 0;
  sandbox::layer_set layers = 0;
  std::uint64_t identity = 0;
};
bool read_news(std::string_view frame, zygote_news& out);

/// Runs a zygote when this process was started as one (by its argv[0]); otherwise returns at once. First thing in
/// `main`.
void become_zygote_if_asked(int argc, char** argv);

/// A running zygote, as the runtime holds it. Destroying it kills the zygote and with it all its workers.
class zygote final : public nursery {
public:
  /// Starts this executable as a zygote. Its news come over `news()`.
  static result<zygote> launch();

  zygote(zygote&& other) noexcept;
  zygote& operator=(zygote&& other) noexcept;
  ~zygote() override;

  int take_news() override;
  bool fork_worker(std::uint32_t id, int pipe, int memory) override;
  bool kill_worker(std::uint32_t id) override;
  bool ping() override;
  void end() override;
  toll toll_of(pid_t worker) const override;
  pid_t pid() const { return pid_; }

private:
  zygote(pid_t pid, int control, int news) : pid_(pid), control_(control), news_(news) {}
  bool order(zygote_order what, std::uint32_t id, const int* descriptors, std::size_t count);

  pid_t pid_ = -1;
  int control_ = -1;
  int news_ = -1;
};

} // namespace enclaved::engine
