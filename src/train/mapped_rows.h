// A vector table through a linear map.
#pragma once

#include <string>
#include <string_view>

#include "train/symmetric.h"

namespace loopbreaker::train {

/// Every row of a table (text/vectors.h) times the map, as int8 again.
/// REQUIRES: whole rows; the map is of their size.
std::string mapped_rows(std::string_view rows, const Matrix& map);

}  // namespace loopbreaker::train
