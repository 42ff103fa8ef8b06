// JSON Schemas of topics/ as a check on texts.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

namespace loopbreaker::codec {

class Schema {
 public:
  /// REQUIRES: topics/<name>.schema.json.
  explicit Schema(const std::string& name);
  ~Schema();
  /// Empty when valid; else every fault with its place.
  std::string faults(const nlohmann::json& value) const;
  /// Members of `value` that the schema does not name, as paths.
  std::string unnamed(const nlohmann::json& value) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace loopbreaker::codec
