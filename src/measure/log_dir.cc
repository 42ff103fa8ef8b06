#include "measure/log_dir.h"

#include <filesystem>

namespace loopbreaker::measure {

std::uint64_t log_bytes(const std::string& dir, const std::string& prefix) {
  std::uint64_t bytes = 0;
  if (dir.empty()) return bytes;
  std::error_code ignored;
  for (const auto& folder : std::filesystem::directory_iterator(dir, ignored)) {
    if (!folder.path().filename().string().starts_with(prefix)) continue;
    if (folder.path().filename().string().ends_with("-delete")) continue;
    for (const auto& file : std::filesystem::directory_iterator(folder, ignored))
      if (file.path().extension() == ".log") bytes += file.file_size(ignored);
  }
  return bytes;
}

}  // namespace loopbreaker::measure
