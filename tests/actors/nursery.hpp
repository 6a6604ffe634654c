// A zygote and worker processes that are only played: the test decides when they are born, what they say, how they end.
#pragma once

#include "base/link.hpp"
#include "engine/nursery.hpp"
#include "engine/shared_memory.hpp"
#include "stage.hpp"

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace enclaved::test {

struct played_process {
  link_handlers pipe;
  std::shared_ptr<engine::shared_memory> memory; ///< as the process maps it
  std::vector<job_id> jobs;                      ///< it was sent, in their order
  std::uint32_t frames = 0;
  bool spoke = false;
  bool closed = false; ///< its pipe
  bool asked_to_end = false;
  engine::toll used;
};

/// All zygotes that a runtime launches, one after another, and their workers.
class played_zygotes {
public:
  result<std::unique_ptr<engine::nursery>> launch();
  std::unique_ptr<link> open(int descriptor, link_handlers handlers);

  /// What happens by itself: a zygote is ready, those it was asked for are born and ready, whose pipe is closed or who
  /// is killed ends, a ping is answered.
  void live();
  void tell(std::string_view news); ///< of the zygote
  void ends(std::uint32_t id, int status);

  std::map<std::uint32_t, played_process> processes; ///< that live
  std::uint32_t launched = 0;
  std::uint32_t born = 0;
  bool launch_fails = false;
  bool births_fail = false; ///< the zygote cannot fork
  bool answers = true;      ///< the zygote does

private:
  friend class played_zygote;
  friend class played_link;
  link_handlers news_;
  bool told_ready_ = false;
  std::uint32_t unanswered_pings_ = 0;
  std::deque<std::uint32_t> unopened_; ///< whose pipe is about to be opened
};

} // namespace enclaved::test
