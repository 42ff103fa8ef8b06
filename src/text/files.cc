// Reads a file whole.
#include "text/files.h"

#include <fstream>
#include <sstream>

namespace loopbreaker::text {

Result<std::string> read_whole_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  if (!file || !(bytes << file.rdbuf())) return Error{path + ": cannot be read"};
  return std::move(bytes).str();
}

}  // namespace loopbreaker::text
