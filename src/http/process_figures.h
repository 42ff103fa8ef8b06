// Figures of this process that every Prometheus client exposes.
#pragma once

namespace loopbreaker::http {

struct ProcessFigures {
  double resident_bytes = 0;
  double cpu_seconds = 0;
  double open_files = 0;
  double start_seconds = 0;  ///< since 1970
};

/// Read from the operating system at each call; 0 where it does not tell.
ProcessFigures process_figures();

}  // namespace loopbreaker::http
