// All that is learnt, as one immutable value: built in, or with parts taken from files.
#pragma once

#include <memory>
#include <string>

#include "loopbreaker/result.h"
#include "text/vectors.h"

namespace loopbreaker::text {

/// Cheap to copy: the parts are shared. No part is ever null.
struct Models {
  std::shared_ptr<const VectorTable> vectors;
};

/// The models in the binary, read once per process.
const Models& builtin_models();

/// The built-in models with those parts replaced that `folder` has a file for (the names are those
/// in src/text/models). Errors name the file.
Result<Models> load_models(const std::string& folder);

/// A vector table from its two files.
Result<VectorTable> read_vectors(const std::string& rows, const std::string& features);

}  // namespace loopbreaker::text
