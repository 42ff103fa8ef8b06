#include "cli/policy_file.h"

#include <fstream>
#include <sstream>

#include "codec/policy_toml.h"

namespace loopbreaker::cli {

Result<std::unique_ptr<Policy>> read_policy(const std::string& path) {
  if (path.empty()) return std::make_unique<Policy>(codec::default_policy());
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{"policy file " + path + " cannot be read", Action::stop};
  std::stringstream bytes;
  bytes << file.rdbuf();
  auto load = codec::load_policy(bytes.str(), path);
  if (!load.policy)
    return Error{"the policy has errors:\n" + codec::to_text(load.diagnostics), Action::stop};
  return std::make_unique<Policy>(std::move(*load.policy));
}

}  // namespace loopbreaker::cli
