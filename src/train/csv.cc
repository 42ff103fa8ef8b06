// See csv.h.
#include "train/csv.h"

namespace loopbreaker::train {

void CsvRows::add(std::string_view line,
                  const std::function<void(const std::vector<std::string>&)>& row) {
  if (quoted_) cell_.push_back(' ');
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted_ && c == '"' && i + 1 < line.size() && line[i + 1] == '"') {
      cell_.push_back(c);
      ++i;
    } else if (c == '"') {
      quoted_ = !quoted_;
    } else if (c == ',' && !quoted_) {
      cells_.push_back(std::move(cell_));
      cell_.clear();
    } else {
      cell_.push_back(c);
    }
  }
  if (quoted_) return;
  cells_.push_back(std::move(cell_));
  cell_.clear();
  row(cells_);
  cells_.clear();
}

}  // namespace loopbreaker::train
