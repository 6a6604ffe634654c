#include "actors/jobs.hpp"

#include <atomic>

namespace enclaved {

engine::job_id next_job() {
  static std::atomic<engine::job_id> last{0};
  return ++last;
}

} // namespace enclaved
