// Reads small files whole; pipes work too.
#include "cli/read_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace loopbreaker::cli {

Result<std::string> read_file(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    return Error{"is a folder; name the file in it"};
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return Error{std::string("cannot be read (") + std::strerror(errno) +
                 "); check the path and its permissions"};
  std::string content{std::istreambuf_iterator<char>(file), {}};
  if (file.bad()) return Error{"cannot be read to its end"};
  return content;
}

}  // namespace loopbreaker::cli
