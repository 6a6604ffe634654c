// A process inside the jail, made as the zygote makes a worker: a warden prepares and forks, its child locks itself in
// and then does what the test wants tried.
#pragma once

#include "engine/sandbox.hpp"

#include <functional>
#include <string>
#include <sys/types.h>

namespace enclaved::engine::test {

enum class jail_user : std::uint8_t { as_we_are, plain };

/// Becomes a user who owns nothing, as if it had never been another. For children only.
bool become_plain_user();

/// Whether the kernel lets such a user have namespaces of its own here; in a chroot and in most containers it does not,
/// and then a jail has fewer layers.
bool namespaces_are_permitted(jail_user who);

class jailed {
public:
  /// `body` runs inside, with its end of a socket to the test; the process then ends with status 0.
  jailed(jail_user who, const std::function<void(int pipe)>& body);
  ~jailed();
  jailed(const jailed&) = delete;
  jailed& operator=(const jailed&) = delete;

  sandbox::layer_set held() const { return held_; } ///< as it found itself
  pid_t pid() const { return pid_; }                ///< as we see it
  int pipe() const { return pipe_; }
  /// Lets go of the pipe and says how the process ended, as waitpid tells it.
  int ended();
  /// What /proc says about it in a file such as `status`.
  std::string about(const std::string& file) const;

private:
  pid_t warden_ = -1;
  pid_t pid_ = -1;
  int pipe_ = -1;
  int from_warden_ = -1;
  sandbox::layer_set held_ = 0;
};

} // namespace enclaved::engine::test
