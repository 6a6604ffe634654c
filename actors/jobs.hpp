// Names for jobs, counted through the life of the process.
#pragma once

#include "engine/job.hpp"

namespace enclaved {

engine::job_id next_job();

} // namespace enclaved
